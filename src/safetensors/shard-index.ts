import { basename } from 'node:path'
import { InvalidSafetensorsError } from './safetensors-errors.ts'

/** Longest index that is read: some hundred thousand tensors. */
export const MAX_SHARD_INDEX_BYTES = 64 * 2 ** 20

/**
 * Which file holds each tensor, out of the text of a `model.safetensors.index.json`.
 *
 * @param index the file, for messages
 * @throws {InvalidSafetensorsError} where it is no index, or names a file that is not beside it
 */
export function parseShardIndex(text: string, index: string): ReadonlyMap<string, string> {
  if (text.length > MAX_SHARD_INDEX_BYTES) throw new InvalidSafetensorsError(index, 'it is too long')
  const map = (parsed(text, index) as { weight_map?: unknown } | null)?.weight_map
  if (typeof map !== 'object' || map === null || Array.isArray(map))
    throw new InvalidSafetensorsError(index, 'it has no weight_map')
  const entries = Object.entries(map)
  for (const [tensor, shard] of entries) {
    if (typeof shard !== 'string' || !isFileName(shard)) {
      throw new InvalidSafetensorsError(index, `${tensor.slice(0, 120)} points outside its directory`)
    }
  }
  return new Map(entries)
}

function parsed(text: string, index: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidSafetensorsError(index, 'it is not JSON')
  }
}

/** A name of a file in the same directory: no path, and not the directory itself or the one above. */
const isFileName = (name: string): boolean => name === basename(name) && !['', '.', '..'].includes(name)
