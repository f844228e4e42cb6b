import { elementCount } from '../../base/tensor.ts'
import type { Checkpoint } from '../../model/checkpoint.ts'
import { resolveTargets } from '../../model/resolve-targets.ts'
import { decideRank } from '../decide-rank.ts'
import type { Session } from '../open-session.ts'
import { ailment, type Finding, sound, unsound } from './finding.ts'

export interface RankTerms {
  readonly targetModules: readonly string[] | string
  /** Sequences that go through the model at once. */
  readonly batch: number
  /** Tokens of the longest sequence. */
  readonly length: number
  readonly ladder?: readonly number[]
  /** The rank that what is added to the base can grow to. */
  readonly frozenRank?: number
  readonly memory?: string | undefined
  readonly rank?: number | undefined
}

/** What a base model is, and what of its files is left aside. */
export function examineModel({ config, weights, tokenizer, chatTemplate, notes }: Checkpoint): Finding {
  const parameters = [...weights.values()].reduce((sum, { shape }) => sum + elementCount(shape), 0)
  const lines = [
    `${config.family}: ${(parameters / 1e6).toFixed(1)} million parameters, ${config.layerCount} layers, width ${config.hiddenSize}, vocabulary ${config.vocabSize}`,
    `${chatTemplate === null ? 'no chat template' : 'a chat template'}, up to ${config.maxPositions} tokens`,
    ...notes,
  ]
  return tokenizer === null
    ? unsound('model', [...lines, 'no tokenizer.json'], 'Put the model’s tokenizer.json into its directory.')
    : sound('model', lines)
}

/** The rank that memory holds, and what the others would take. */
export async function examineRank({ checkpoint, executor }: Session, terms: RankTerms): Promise<Finding> {
  try {
    const { targetModules, ...rest } = terms
    const modules = resolveTargets(checkpoint.config, targetModules)
    const { reasons } = await decideRank({ checkpoint, executor, modules, ...rest })
    const shape = `${modules.length} modules, ${terms.batch} sequences of ${terms.length} tokens at once`
    return sound('rank', [shape, ...reasons])
  } catch (error) {
    return ailment('rank', error)
  }
}
