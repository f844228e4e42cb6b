import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseModelConfig } from '../../src/model/read-model-config.ts'
import { createSafetensorsWriter } from '../../src/safetensors/write-safetensors.ts'

/** HuggingFaceTB/SmolLM2-135M's shape. */
const SMOLLM2_135M = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 576,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  intermediate_size: 1536,
  vocab_size: 49152,
  max_position_embeddings: 8192,
  rms_norm_eps: 1e-5,
  rope_theta: 100000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
} as const

const DEVIATION = 0.02

/** Writes a checkpoint of random weights, one tensor after the other, so that it needs no memory. */
export function writeRandomCheckpoint(directory: string, dtype: 'F32' | 'BF16'): void {
  const { config, family } = parseModelConfig(SMOLLM2_135M)
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'config.json'), JSON.stringify(SMOLLM2_135M))
  const shapes = [...family.tensors(config)].map(([name, shape]) => ({ name, shape, dtype }))
  const writer = createSafetensorsWriter(join(directory, 'model.safetensors'), shapes)
  for (const { name, shape } of shapes) {
    const count = shape.reduce((a, b) => a * b, 1)
    const data = shape.length === 1 ? new Float32Array(count).fill(1) : randomFloats(count)
    writer.write({ name, shape, dtype, data })
  }
  writer.commit()
}

let state = 1

/** Uniform numbers of mean 0 (a linear congruential generator: quick, and good enough to multiply). */
function randomFloats(count: number): Float32Array {
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    values[i] = (state / 2 ** 31) * DEVIATION * Math.sqrt(3)
  }
  return values
}
