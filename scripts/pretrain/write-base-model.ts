import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeSafetensors } from '../../src/safetensors/write-safetensors.ts'
import { type BaseConfig, GENERATION_CONFIG, MAX_POSITIONS } from './base-config.ts'
import { baseTensors } from './base-tensors.ts'
import { tokenizerConfig } from './tokenizer-config.ts'
import { type TokenizerParts, tokenizerJson } from './train-tokenizer.ts'

/** Writes everything of the base model but its weights: configuration and tokenizer. */
export async function writeBaseFiles(
  directory: string,
  config: BaseConfig,
  parts: TokenizerParts,
): Promise<void> {
  await mkdir(directory, { recursive: true })
  await writeJson(join(directory, 'config.json'), config)
  await writeJson(join(directory, 'generation_config.json'), GENERATION_CONFIG)
  await writeJson(join(directory, 'tokenizer.json'), tokenizerJson(parts))
  await writeJson(join(directory, 'tokenizer_config.json'), tokenizerConfig(MAX_POSITIONS))
}

/** Writes the weights as `model.safetensors`, rounded to bfloat16. */
export async function writeBaseWeights(
  directory: string,
  config: BaseConfig,
  parameters: ReadonlyMap<string, Float32Array>,
): Promise<void> {
  const tensors = [...baseTensors(config)].map(([name, shape]) => {
    const data = parameters.get(name)
    if (data === undefined) throw new RangeError(`no values for ${name}`)
    return { name, shape, dtype: 'BF16' as const, data }
  })
  await writeSafetensors(join(directory, 'model.safetensors'), tensors, { format: 'pt' })
}

async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(value, null, 2)}\n`)
  await rename(`${file}.part`, file)
}
