import type { Checkpoint } from '../model/checkpoint.ts'
import { coderOf } from '../train/batch/coder-of.ts'
import type { TokenExample } from '../train/batch/token-example.ts'
import { tokenizeExamples } from '../train/batch/tokenize-examples.ts'
import { loadExamples } from '../train/data/read-examples.ts'
import type { PeerFile } from './peer-file.ts'

/** A peer's data as it trains on it. It never leaves the peer. */
export interface PrivateData {
  readonly sequences: readonly TokenExample[]
  /** Tokens of the longest sequence. */
  readonly longest: number
  readonly badLines: number
}

/** Reads and tokenises a peer's own examples, none of them longer than the charter and the model allow. */
export async function loadPrivateData(
  { data, skipBadLines }: Pick<PeerFile, 'data' | 'skipBadLines'>,
  checkpoint: Checkpoint,
  charterMaxLength: number,
): Promise<PrivateData> {
  const { examples, badLines } = await loadExamples(data, { skipBadLines })
  const maxLength = Math.min(charterMaxLength, checkpoint.config.maxPositions)
  const { sequences } = tokenizeExamples(examples, coderOf(checkpoint), { maxLength })
  const longest = sequences.reduce((most, { ids }) => Math.max(most, ids.length), 1)
  return { sequences, longest, badLines: badLines.length }
}
