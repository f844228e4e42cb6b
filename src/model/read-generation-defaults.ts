import { join } from 'node:path'
import { ConfigReader } from './config-reader.ts'
import type { GenerationDefaults } from './model-config.ts'
import { InvalidModelFileError } from './model-errors.ts'
import { readJsonFile } from './read-json-file.ts'

/**
 * How a checkpoint wants text to be generated: generation_config.json, and config.json for what that leaves
 * out, as transformers does.
 */
export function readGenerationDefaults(directory: string): GenerationDefaults {
  const readers = ['generation_config.json', 'config.json'].map((name) => {
    const file = join(directory, name)
    return new ConfigReader(file, readJsonFile(file) ?? {})
  })
  const id = (key: string) => firstOf(readers, (reader) => tokenIds(reader, key))?.[0] ?? null
  const [generation] = readers as [ConfigReader, ConfigReader]
  return {
    bosTokenId: id('bos_token_id'),
    eosTokenIds: firstOf(readers, (reader) => tokenIds(reader, 'eos_token_id')) ?? [],
    padTokenId: id('pad_token_id'),
    sample: generation.boolean('do_sample', false),
    temperature: generation.number('temperature', 1),
    topP: generation.number('top_p', 1),
    topK: generation.number('top_k', 50),
  }
}

function firstOf<T>(readers: readonly ConfigReader[], read: (reader: ConfigReader) => T | undefined) {
  for (const reader of readers) {
    const value = read(reader)
    if (value !== undefined) return value
  }
  return undefined
}

/** One token id or a list of them. */
function tokenIds(reader: ConfigReader, key: string): readonly number[] | undefined {
  const value = reader.raw(key)
  if (value === undefined) return undefined
  const ids: unknown[] = Array.isArray(value) ? value : [value]
  if (ids.every((id) => Number.isSafeInteger(id))) return ids as number[]
  throw new InvalidModelFileError(reader.file, key, 'is neither a token id nor a list of them')
}
