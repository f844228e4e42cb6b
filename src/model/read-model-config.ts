import { join } from 'node:path'
import { configNotes } from './config-notes.ts'
import { ConfigReader } from './config-reader.ts'
import type { Family } from './family.ts'
import { FAMILIES } from './family-of.ts'
import type { ModelConfig } from './model-config.ts'
import { NotAModelDirectoryError, UnsupportedModelError } from './model-errors.ts'
import { readJsonFile } from './read-json-file.ts'
import { refuseUnhonoured } from './unhonoured-features.ts'

export interface ReadConfig {
  readonly config: ModelConfig
  readonly family: Family
  /** What config.json says and we ignore, for people. */
  readonly notes: readonly string[]
}

/**
 * The typed configuration in a model directory's config.json.
 * Throws `NotAModelDirectoryError`, `InvalidModelFileError`, `UnsupportedModelError`.
 */
export function readModelConfig(directory: string): ReadConfig {
  const file = join(directory, 'config.json')
  const json = readJsonFile(file)
  if (json === undefined) throw new NotAModelDirectoryError(directory, 'config.json')
  return parseModelConfig(json, file)
}

/** The same from JSON that is already read; `file` is what messages call it. */
export function parseModelConfig(json: unknown, file = 'config.json'): ReadConfig {
  const reader = new ConfigReader(file, json)
  const family = reader.choice<Family>('model_type', FAMILIES, '(missing)')
  requireArchitecture(reader, family)
  refuseUnhonoured(reader)
  const config = family.readConfig(reader)
  return { config, family, notes: configNotes(reader) }
}

/** `architectures` may be missing; where it is there it must name a class whose weights we read. */
function requireArchitecture(reader: ConfigReader, family: Family): void {
  const named = reader.strings('architectures') ?? []
  const other = named.find((name) => !family.architectures.includes(name))
  if (other !== undefined) {
    throw new UnsupportedModelError(reader.file, 'architectures', other, family.architectures)
  }
}
