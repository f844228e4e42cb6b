import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Batch } from '../../../src/model/batch.ts'
import type { Checkpoint } from '../../../src/model/checkpoint.ts'
import { loadCheckpoint } from '../../../src/model/load-checkpoint.ts'
import type { LoraSpec } from '../../../src/model/lora-spec.ts'
import { openSafetensors } from '../../../src/safetensors/open-safetensors.ts'

/** What transformers, peft and torch answered for one tiny model. */
export interface ReferenceCase {
  readonly checkpoint: Checkpoint
  readonly lora: LoraSpec
  readonly batch: Batch
  /** The adapter's factors before training and after the six steps, by our parameter names. */
  readonly initial: Map<string, Float32Array>
  readonly trained: Map<string, Float32Array>
  readonly gradients: Map<string, Float32Array>
  readonly baseLogits: Float32Array
  readonly adapterLogits: Float32Array
  readonly lossBeforeEachStep: readonly number[]
  readonly lossAfterLastStep: number
  readonly optimizer: {
    readonly lr: number
    readonly betas: readonly [number, number]
    readonly eps: number
    readonly weightDecay: number
  }
}

const root = fileURLToPath(new URL('../../fixtures/reference/', import.meta.url))

export function loadReferenceCase(name: string): ReferenceCase {
  const folder = `${root}${name}`
  const expected = JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8'))
  const source = openSafetensors(`${folder}/expected.safetensors`)
  const integers = (key: string) => Int32Array.from(source.readFloat64(key))
  const [size = 0, length = 0] = source.tensors.get('input_ids')?.shape ?? []
  const initial = readFactors(`${folder}/adapter_init`)
  const { r, alpha } = expected.lora
  const modules = [...initial.keys()].map((key) => key.replace(/\.lora_[AB]\.weight$/, ''))
  const found: ReferenceCase = {
    checkpoint: loadCheckpoint(`${folder}/model`),
    lora: new Map(modules.map((module) => [module, { rank: r, scaling: alpha / r }])),
    batch: {
      size,
      length,
      inputIds: integers('input_ids'),
      attentionMask: integers('attention_mask'),
      labels: integers('labels'),
    },
    initial,
    trained: readFactors(`${folder}/adapter_trained`),
    gradients: new Map(
      [...source.tensors.keys()]
        .filter((key) => key.startsWith('grad.'))
        .map((key) => [ourName(key.slice('grad.'.length)), source.readFloat32(key)]),
    ),
    baseLogits: source.readFloat32('logits_base'),
    adapterLogits: source.readFloat32('logits_adapter'),
    lossBeforeEachStep: expected.loss_before_each_step,
    lossAfterLastStep: expected.loss_after_last_step,
    optimizer: {
      lr: expected.optimizer.lr,
      betas: expected.optimizer.betas,
      eps: expected.optimizer.eps,
      weightDecay: expected.optimizer.weight_decay,
    },
  }
  source.close()
  return found
}

const ourName = (key: string): string => key.replace(/^base_model\.model\./, '')

function readFactors(folder: string): Map<string, Float32Array> {
  const source = openSafetensors(`${folder}/adapter_model.safetensors`)
  const factors = new Map([...source.tensors.keys()].map((key) => [ourName(key), source.readFloat32(key)]))
  source.close()
  return factors
}

/** The largest absolute difference of two arrays of one length. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let at = 0; at < actual.length; at++) {
    const difference = Math.abs((actual[at] as number) - (expected[at] as number))
    // A NaN must not pass for 0.
    if (!(difference <= largest)) largest = difference
  }
  return largest
}
