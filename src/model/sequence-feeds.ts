import type { Tensor } from '../base/tensor.ts'
import { attentionBias } from './attention-bias.ts'
import type { Sequences } from './batch.ts'
import type { ModelConfig } from './model-config.ts'
import { SequenceTooLongError, TokenOutOfRangeError } from './model-errors.ts'
import { inverseFrequencies, ropeTables } from './rope-tables.ts'
import { biasName, IDS, POSITIONS, ROPE_COS, ROPE_SIN } from './sequence-inputs.ts'

/** What a cache already holds of each row. */
interface CacheState {
  readonly slots: number
  readonly cached: Int32Array
}

/** Makes what the inputs of `sequenceInputs` are fed with, out of token ids. */
export type SequenceFeeds = (sequences: Sequences, cache?: CacheState) => Record<string, Tensor>

/** Throws `TokenOutOfRangeError` and `SequenceTooLongError` when called with what the model cannot take. */
export function sequenceFeeds(config: ModelConfig): SequenceFeeds {
  const windows = config.family === 'gpt2' ? [null] : [...new Set(config.slidingWindows)]
  const frequencies = config.family === 'gpt2' ? null : inverseFrequencies(config.rope, config.headDim)

  return (sequences, cache = { slots: 0, cached: new Int32Array(sequences.size) }) => {
    const { size, length, inputIds } = sequences
    requireKnownTokens(inputIds, config.vocabSize)
    const positions = positionsOf(sequences, cache)
    if (frequencies === null) requirePositions(positions, config.maxPositions)
    const feeds: Record<string, Tensor> = {
      [IDS]: { dtype: 'i32', shape: [size, length], data: inputIds },
      [POSITIONS]: { dtype: 'i32', shape: [size, length], data: positions },
    }
    for (const window of windows) {
      const data = attentionBias({ ...cache, size, length, window }, sequences.attentionMask)
      feeds[biasName(window)] = { dtype: 'f32', shape: [size, 1, length, cache.slots + length], data }
    }
    if (frequencies !== null) {
      const { cos, sin } = ropeTables(positions, frequencies)
      const shape = [size, length, frequencies.length]
      feeds[ROPE_COS] = { dtype: 'f32', shape, data: cos }
      feeds[ROPE_SIN] = { dtype: 'f32', shape, data: sin }
    }
    return feeds
  }
}

/** New tokens follow those in the cache; padding counts on, as in transformers. */
function positionsOf({ size, length }: Sequences, { cached }: CacheState): Int32Array {
  const positions = new Int32Array(size * length)
  for (let at = 0; at < positions.length; at++) {
    positions[at] = (cached[Math.floor(at / length)] as number) + (at % length)
  }
  return positions
}

function requireKnownTokens(ids: Int32Array, vocabularySize: number): void {
  const unknown = ids.find((id) => id < 0 || id >= vocabularySize)
  if (unknown !== undefined) throw new TokenOutOfRangeError(unknown, vocabularySize)
}

/** Learned positions end; rotary ones do not. */
function requirePositions(positions: Int32Array, maxPositions: number): void {
  const beyond = positions.find((position) => position >= maxPositions)
  if (beyond !== undefined) throw new SequenceTooLongError(beyond + 1, maxPositions)
}
