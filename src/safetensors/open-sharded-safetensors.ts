import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { openSafetensors } from './open-safetensors.ts'
import { MissingShardError, MissingTensorError } from './safetensors-errors.ts'
import type { FileTensorEntry, SafetensorsSource } from './safetensors-source.ts'
import { parseShardIndex } from './shard-index.ts'
import { tensorReader } from './tensor-reader.ts'

type FileSource = SafetensorsSource<FileTensorEntry>

/**
 * Opens the weights of a Hugging Face model directory: `model.safetensors`, or the shards that
 * `model.safetensors.index.json` names. Every shard's header is checked at once.
 * Throws `MissingShardError`, `TruncatedSafetensorsError`, `InvalidSafetensorsError`, `MissingTensorError`.
 */
export function openShardedSafetensors(directory: string, name = 'model'): FileSource {
  const whole = join(directory, `${name}.safetensors`)
  const index = `${whole}.index.json`
  return existsSync(whole) || !existsSync(index) ? openSafetensors(whole) : openIndex(directory, index)
}

function openIndex(directory: string, index: string): FileSource {
  const shardOf = parseShardIndex(readFileSync(index, 'utf8'), index)
  const shards = openAll(directory, index, new Set(shardOf.values()))
  const tensors = new Map<string, FileTensorEntry>()
  for (const [tensor, shard] of shardOf) {
    const entry = shards.get(shard)?.tensors.get(tensor)
    if (!entry) {
      closeAll(shards.values())
      throw new MissingTensorError(join(directory, shard), tensor)
    }
    tensors.set(tensor, entry)
  }
  return tensorReader({
    label: index,
    tensors,
    metadata: {},
    read: (entry) => (shards.get(basename(entry.file)) as FileSource).readBytes(entry.name),
    close: () => closeAll(shards.values()),
  })
}

function openAll(directory: string, index: string, names: Iterable<string>): Map<string, FileSource> {
  const shards = new Map<string, FileSource>()
  try {
    for (const name of names) {
      const file = join(directory, name)
      if (!existsSync(file)) throw new MissingShardError(file, index)
      shards.set(name, openSafetensors(file))
    }
  } catch (error) {
    closeAll(shards.values())
    throw error
  }
  return shards
}

function closeAll(sources: Iterable<FileSource>): void {
  for (const source of sources) source.close()
}
