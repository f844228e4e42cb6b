import type { Tensor } from '../base/tensor.ts'
import type { Fetches } from '../engine/executor.ts'
import type { ModelConfig } from './model-config.ts'
import { pastKeysName, pastValuesName } from './sequence-inputs.ts'

/** Names of the graph's outputs with the new tokens' keys and values. */
export const newKeysName = (layer: number): string => `new.${layer}.keys`
export const newValuesName = (layer: number): string => `new.${layer}.values`

/** Slots are added in steps of this many, so that shapes change seldom. */
const SLOT_STEP = 32

/** One tensor of the cache, [rows, kvHeads, slots, headDim]. */
interface CachedTensor {
  readonly past: string
  readonly fresh: string
  data: Float32Array
}

/**
 * Keys and values of the tokens that a model has seen, for rows of different lengths: slot i of a row keeps its
 * position i. Slots past a row's length hold leftovers, which the attention bias hides.
 */
export class KvCache {
  readonly #heads: number
  readonly #width: number
  readonly #tensors: CachedTensor[]
  #slots = 1
  #lengths: Int32Array

  constructor(config: ModelConfig, rows: number) {
    this.#heads = config.kvHeadCount
    this.#width = config.headDim
    this.#lengths = new Int32Array(rows)
    this.#tensors = Array.from({ length: config.layerCount }, (_, layer) => [
      { past: pastKeysName(layer), fresh: newKeysName(layer), data: this.#empty(rows, 1) },
      { past: pastValuesName(layer), fresh: newValuesName(layer), data: this.#empty(rows, 1) },
    ]).flat()
  }

  /** Slots a row. */
  get slots(): number {
    return this.#slots
  }

  /** Tokens kept of each row. */
  get lengths(): Int32Array {
    return this.#lengths
  }

  /** What a run is fed with. */
  feeds(): Record<string, Tensor> {
    const shape = [this.#lengths.length, this.#heads, this.#slots, this.#width]
    return Object.fromEntries(this.#tensors.map(({ past, data }) => [past, { dtype: 'f32', shape, data }]))
  }

  /** Keeps the new keys and values of a run over `length` tokens a row, of which the first `counts` are real. */
  append(fetched: Fetches, length: number, counts: Int32Array): void {
    const longest = Math.max(...this.#lengths.map((known, row) => known + (counts[row] as number)))
    if (longest > this.#slots) this.#resize(Math.ceil((longest + 1) / SLOT_STEP) * SLOT_STEP)
    const width = this.#width
    for (const tensor of this.#tensors) {
      const fresh = fetched[tensor.fresh]?.data as Float32Array
      this.#eachHead((row, head) => {
        const from = head * length * width
        const to = (head * this.#slots + (this.#lengths[row] as number)) * width
        tensor.data.set(fresh.subarray(from, from + (counts[row] as number) * width), to)
      })
    }
    this.#lengths = this.#lengths.map((known, row) => known + (counts[row] as number))
  }

  /** Keeps only the given rows, in this order. */
  keep(rows: readonly number[]): void {
    const size = this.#heads * this.#slots * this.#width
    for (const tensor of this.#tensors) {
      const kept = this.#empty(rows.length, this.#slots)
      for (const [to, from] of rows.entries()) {
        kept.set(tensor.data.subarray(from * size, (from + 1) * size), to * size)
      }
      tensor.data = kept
    }
    this.#lengths = Int32Array.from(rows, (row) => this.#lengths[row] as number)
  }

  #resize(slots: number): void {
    const [before, after] = [this.#slots * this.#width, slots * this.#width]
    for (const tensor of this.#tensors) {
      const grown = this.#empty(this.#lengths.length, slots)
      this.#eachHead((_, head) => {
        grown.set(tensor.data.subarray(head * before, (head + 1) * before), head * after)
      })
      tensor.data = grown
    }
    this.#slots = slots
  }

  /** Visits every head of every row; `head` counts through all rows. */
  #eachHead(visit: (row: number, head: number) => void): void {
    const count = this.#lengths.length * this.#heads
    for (let head = 0; head < count; head++) visit(Math.floor(head / this.#heads), head)
  }

  /** Shared memory, so that an engine in another thread reads it without a copy. */
  #empty(rows: number, slots: number): Float32Array {
    const count = rows * this.#heads * slots * this.#width
    return new Float32Array(new SharedArrayBuffer(count * Float32Array.BYTES_PER_ELEMENT))
  }
}
