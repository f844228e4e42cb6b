import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter, AdapterConfig, ModuleFactors } from '../base/adapter.ts'
import { openSafetensors } from '../safetensors/open-safetensors.ts'
import type { SafetensorsSource } from '../safetensors/safetensors-source.ts'
import { InvalidAdapterError, NotAnAdapterError, UnsupportedAdapterError } from './adapter-errors.ts'
import { parsePeftConfig } from './peft-config.ts'
import { MAX_CONFIG_BYTES, parsePeftJson } from './peft-json.ts'
import { parsePeftKey } from './peft-keys.ts'
import { type ModuleTerms, moduleTerms } from './rank-pattern.ts'

export const CONFIG_FILE = 'adapter_config.json'
export const WEIGHTS_FILE = 'adapter_model.safetensors'

/** An adapter whose factors are read module by module. */
export interface OpenAdapter {
  readonly config: AdapterConfig
  /** Sorted. */
  readonly modules: readonly string[]
  /** Throws `InvalidAdapterError` where the factors have other shapes than the configuration says. */
  read(module: string): ModuleFactors
  close(): void
}

/**
 * Opens a peft LoRA directory: its configuration and the names of its tensors. Throws `NotAnAdapterError`,
 * `InvalidAdapterError`, `UnsupportedAdapterError`, or what `openSafetensors` throws.
 */
export function openAdapter(directory: string): OpenAdapter {
  const json = readConfig(directory)
  const source = openSafetensors(weightsFile(directory))
  try {
    const keys = keysByModule(source, directory)
    const config = parsePeftConfig(json, directory, [...keys.keys()])
    const terms = moduleTerms(config, [...keys.keys()])
    return {
      config,
      modules: [...keys.keys()].sort(),
      read: (module) => readModule(source, module, keys.get(module) ?? {}, terms.get(module), directory),
      close: () => source.close(),
    }
  } catch (error) {
    source.close()
    throw error
  }
}

/** Reads a peft LoRA directory whole. Throws what `openAdapter` and its `read` throw. */
export function readAdapter(directory: string): Adapter {
  const { config, modules, read, close } = openAdapter(directory)
  try {
    return { config, factors: new Map(modules.map((module) => [module, read(module)])) }
  } finally {
    close()
  }
}

function weightsFile(directory: string): string {
  const file = join(directory, WEIGHTS_FILE)
  if (existsSync(file)) return file
  const pickled = existsSync(join(directory, 'adapter_model.bin'))
  throw new NotAnAdapterError(
    directory,
    pickled
      ? 'it has adapter_model.bin, which is not read; save it as safetensors'
      : `it has no ${WEIGHTS_FILE}`,
  )
}

function readConfig(directory: string): Record<string, unknown> {
  const file = join(directory, CONFIG_FILE)
  if (!existsSync(file)) throw new NotAnAdapterError(directory, `it has no ${CONFIG_FILE}`)
  if (statSync(file).size > MAX_CONFIG_BYTES)
    throw new InvalidAdapterError(directory, `${CONFIG_FILE} is longer than ${MAX_CONFIG_BYTES} bytes`)
  return parsePeftJson(readFileSync(file, 'utf8'), directory)
}

interface ModuleKeys {
  A?: string
  B?: string
}

function keysByModule(source: SafetensorsSource, directory: string): Map<string, ModuleKeys> {
  const modules = new Map<string, ModuleKeys>()
  for (const key of [...source.tensors.keys()].sort()) {
    const parsed = parsePeftKey(key)
    if (!parsed) {
      throw new UnsupportedAdapterError(
        directory,
        'a tensor',
        key,
        'Give an adapter that holds LoRA factors of linear modules only.',
      )
    }
    const keys = modules.get(parsed.module) ?? {}
    if (keys[parsed.side] !== undefined) throw new InvalidAdapterError(directory, `it holds ${key} twice`)
    keys[parsed.side] = key
    modules.set(parsed.module, keys)
  }
  if (modules.size === 0) throw new InvalidAdapterError(directory, 'it holds no factors')
  return modules
}

function readModule(
  source: SafetensorsSource,
  module: string,
  { A: keyA, B: keyB }: ModuleKeys,
  terms: ModuleTerms | undefined,
  directory: string,
): ModuleFactors {
  if (keyA === undefined || keyB === undefined || terms === undefined) {
    throw new InvalidAdapterError(directory, `${module} has only one of its two factors`)
  }
  const [shapeA, shapeB] = [shapeOf(source, keyA), shapeOf(source, keyB)]
  const { rank, scaling } = terms
  if (shapeA.length !== 2 || shapeB.length !== 2 || shapeA[0] !== rank || shapeB[1] !== rank) {
    const shapes = `A is ${shapeA.join('×')}, B is ${shapeB.join('×')}`
    throw new InvalidAdapterError(directory, `${module} has no factors of rank ${rank}: ${shapes}`)
  }
  return {
    rank,
    inFeatures: shapeA[1] as number,
    outFeatures: shapeB[0] as number,
    scaling,
    a: source.readFloat32(keyA),
    b: source.readFloat32(keyB),
  }
}

const shapeOf = (source: SafetensorsSource, key: string): readonly number[] =>
  source.tensors.get(key)?.shape ?? []
