import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeSafetensors } from '../safetensors/write-safetensors.ts'
import type { Parameters } from './batch.ts'
import { ParameterError } from './parameter-feeds.ts'
import { parseModelConfig } from './read-model-config.ts'

export interface WriteCheckpointOptions {
  /** How weights are stored. Default BF16. */
  readonly dtype?: 'BF16' | 'F32'
}

/**
 * Writes config.json and model.safetensors as transformers does, so that both load it. The tokenizer's files are
 * the caller's. Throws `ParameterError` where a tensor is missing.
 */
export function writeCheckpoint(
  directory: string,
  configJson: Readonly<Record<string, unknown>>,
  weights: Parameters,
  { dtype = 'BF16' }: WriteCheckpointOptions = {},
): void {
  const { config, family } = parseModelConfig(configJson)
  const tensors = [...family.tensors(config)].map(([name, shape]) => {
    const data = weights.get(name)
    if (data === undefined) throw new ParameterError(name, shape, null)
    return { name, shape, dtype, data }
  })
  const [architecture] = family.architectures
  const written = {
    architectures: [architecture],
    ...configJson,
    dtype: dtype === 'BF16' ? 'bfloat16' : 'float32',
  }
  mkdirSync(directory, { recursive: true })
  writeSafetensors(join(directory, 'model.safetensors'), tensors, { format: 'pt' })
  writeFileSync(join(directory, 'config.json'), `${JSON.stringify(written, null, 2)}\n`)
}
