import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { openSafetensors } from '../../src/safetensors/open-safetensors.ts'
import { writeSafetensors } from '../../src/safetensors/write-safetensors.ts'
import type { OptimizerState } from '../../src/train/optimizer/adamw.ts'
import { optimizerTensors, readOptimizerTensors } from '../../src/train/optimizer/optimizer-tensors.ts'

/** Everything that a pretraining needs to go on, in float32. */
export interface SavedState {
  readonly step: number
  readonly parameters: Map<string, Float32Array>
  readonly optimizer: OptimizerState
}

const WEIGHT = 'weight.'

export async function saveState(file: string, { step, parameters, optimizer }: SavedState): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const weights = [...parameters].map(([name, data]) => ({
    name: WEIGHT + name,
    shape: [data.length],
    dtype: 'F32' as const,
    data,
  }))
  const { tensors, metadata } = optimizerTensors(optimizer)
  await writeSafetensors(file, [...weights, ...tensors], { ...metadata, pretrained: String(step) })
}

/** The state in a file, or null where there is none. */
export function loadState(file: string): SavedState | null {
  if (!existsSync(file)) return null
  const source = openSafetensors(file)
  const names = [...source.tensors.keys()]
  const parameters = new Map(
    names
      .filter((name) => name.startsWith(WEIGHT))
      .map((name) => [name.slice(WEIGHT.length), source.readFloat32(name)] as const),
  )
  const optimizer = readOptimizerTensors(names, (name) => source.readFloat32(name), source.metadata)
  const step = Number(source.metadata['pretrained'])
  source.close()
  return { step, parameters, optimizer }
}
