import { statSync } from 'node:fs'
import { loadWeight } from '../load-weight.ts'
import type { StoredWeight } from '../weight-source.ts'
import type { TensorFlow, TfTensor } from './tensor-flow.ts'

interface Entry {
  readonly tensor: TfTensor
  users: number
}

/** Frozen weights on the device: programs that name the same stretch of a file share one tensor. */
export class WeightCache {
  readonly #tf: TensorFlow
  readonly #shared = new Map<string, Entry>()

  constructor(tf: TensorFlow) {
    this.#tf = tf
  }

  /** The weight as a tensor, and what to call when it is no longer wanted. */
  take(stored: StoredWeight): { tensor: TfTensor; release: () => void } {
    const key = keyOf(stored)
    if (key === undefined) {
      const tensor = this.#upload(stored)
      return { tensor, release: () => tensor.dispose() }
    }
    const entry = this.#shared.get(key) ?? { tensor: this.#upload(stored), users: 0 }
    this.#shared.set(key, entry)
    entry.users++
    return { tensor: entry.tensor, release: () => this.#release(key, entry) }
  }

  #upload(stored: StoredWeight): TfTensor {
    const data = loadWeight(stored)
    // The library may keep what it is given, and bytes in memory stay the caller's.
    const own = 'bytes' in stored.location && stored.dtype === 'f32' ? data.slice() : data
    return this.#tf.tensor(own, [...stored.shape], 'float32')
  }

  #release(key: string, entry: Entry): void {
    entry.users--
    if (entry.users > 0) return
    this.#shared.delete(key)
    entry.tensor.dispose()
  }
}

/**
 * A file that was written anew is another file. Weights in memory have no name that outlives a message between
 * threads, so they are not shared.
 */
function keyOf({ location, dtype, shape }: StoredWeight): string | undefined {
  if ('bytes' in location) return undefined
  const { file, offset, length } = location
  const { ino, size, mtimeMs } = statSync(file)
  return JSON.stringify([file, ino, size, mtimeMs, offset, length, dtype, shape])
}
