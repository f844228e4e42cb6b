import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { StoredWeight, WeightSource } from '../engine/weight-source.ts'
import type { ModelConfig } from './model-config.ts'

const CHUNK_BYTES = 1 << 20

/**
 * SHA-256 over the typed configuration, then over each tensor in the order of their names: a line of JSON
 * (name, dtype, shape) and the stored bytes. Shards, file names and tensors the model does not use play no part.
 */
export async function fingerprint(config: ModelConfig, weights: WeightSource): Promise<string> {
  const hash = createHash('sha256')
  hash.update(`${JSON.stringify(sortedKeys({ ...config, initializerRange: 0 }))}\n`)
  for (const name of [...weights.keys()].sort()) {
    const stored = weights.get(name) as StoredWeight
    hash.update(`${JSON.stringify([name, stored.dtype, stored.shape])}\n`)
    await updateWithBytes(hash, stored)
  }
  return hash.digest('hex')
}

async function updateWithBytes(hash: Hash, { location }: StoredWeight): Promise<void> {
  if ('bytes' in location) {
    hash.update(location.bytes)
    return
  }
  const { file, offset, length } = location
  if (length === 0) return
  const range = { start: offset, end: offset + length - 1, highWaterMark: CHUNK_BYTES }
  for await (const chunk of createReadStream(file, range)) hash.update(chunk as Buffer)
}

/** The same value with the keys of every object in order. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortedKeys(inner)]))
}
