import { ok } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import type { Executor } from '../../../src/engine/executor.ts'
import { type Batch, NO_LABEL } from '../../../src/model/batch.ts'
import { initialCheckpoint, readWeights } from '../../../src/model/initial-checkpoint.ts'
import { openEvaluator } from '../../../src/model/open-evaluator.ts'
import { openTrainable } from '../../../src/model/open-trainable.ts'
import { linearModules, resolveTargets } from '../../../src/model/resolve-targets.ts'
import { EXECUTORS } from './executors.ts'
import { type PlainConfig, type PlainModel, plainLogits, plainLoss } from './plain-decoder.ts'

const SIZES = {
  vocab_size: 23,
  hidden_size: 16,
  intermediate_size: 20,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  // Large enough that attention is far from uniform.
  initializer_range: 0.3,
  tie_word_embeddings: false,
}

const LLAMA3_ROPE = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 32,
}

/** Configurations that no reference file covers. */
const CONFIGS: Readonly<Record<string, PlainConfig & typeof SIZES>> = {
  'llama with llama3 rope scaling (transformers 4 keys)': {
    ...SIZES,
    model_type: 'llama',
    rope_theta: 500,
    rope_scaling: LLAMA3_ROPE,
  },
  'llama with llama3 rope scaling (transformers 5 keys), a tied head and its own head_dim': {
    ...SIZES,
    model_type: 'llama',
    head_dim: 10,
    tie_word_embeddings: true,
    rope_parameters: { ...LLAMA3_ROPE, rope_theta: 500 },
  },
  'qwen3 with norms of queries and keys': {
    ...SIZES,
    model_type: 'qwen3',
    head_dim: 8,
    rope_theta: 1e6,
    tie_word_embeddings: true,
  },
  'mistral with a sliding window': { ...SIZES, model_type: 'mistral', rope_theta: 1e4, sliding_window: 4 },
  'mistral without a window': { ...SIZES, model_type: 'mistral', rope_theta: 1e4, sliding_window: null },
  'qwen2 with windows in its later layers': {
    ...SIZES,
    model_type: 'qwen2',
    rope_theta: 1e6,
    use_sliding_window: true,
    sliding_window: 3,
    max_window_layers: 1,
  },
  'qwen3 with the kind of each layer named': {
    ...SIZES,
    model_type: 'qwen3',
    head_dim: 6,
    rope_theta: 1e6,
    use_sliding_window: true,
    sliding_window: 3,
    max_window_layers: 28,
    layer_types: ['sliding_attention', 'full_attention'],
  },
}

/** Two sequences of ten, the second one padded from its eighth token. */
function someBatch(): Batch {
  const [size, length, real] = [2, 10, [10, 7]]
  const source = random('batch')
  const inputIds = Int32Array.from({ length: size * length }, () => source.integer(SIZES.vocab_size))
  const isReal = (at: number) => at % length < (real[Math.floor(at / length)] as number)
  const attentionMask = inputIds.map((_, at) => Number(isReal(at)))
  const labels = inputIds.map((id, at) => (isReal(at) && at % length > 3 ? id : NO_LABEL))
  return { size, length, inputIds, attentionMask, labels }
}

function sequencesOf({ size, length, inputIds, attentionMask, labels }: Batch) {
  return Array.from({ length: size }, (_, row) => {
    const part = (values: Int32Array) => [...values.subarray(row * length, (row + 1) * length)]
    return { ids: part(inputIds), mask: part(attentionMask), labels: part(labels) }
  })
}

function noise(name: string, length: number, deviation: number): Float32Array {
  const source = random('noise', name)
  return Float32Array.from({ length }, () => deviation * source.normal())
}

const widened = (tensors: ReadonlyMap<string, Float32Array>) =>
  new Map([...tensors].map(([name, values]) => [name, Float64Array.from(values)]))

const RANK = 3
const SCALING = 1.5

for (const [engine, open] of Object.entries(EXECUTORS)) {
  describe(`models on ${engine} agree with first principles in float64`, function () {
    this.timeout(240_000)
    let executor: Executor
    before(async () => {
      executor = await open()
    })
    after(() => executor.close())

    for (const [title, json] of Object.entries(CONFIGS)) {
      describe(title, () => {
        const batch = someBatch()
        const fresh = initialCheckpoint(json, 'first-principles')
        const { config } = fresh
        // Biases and norms of a fresh model are 0 and 1, which would hide mistakes.
        const base = new Map(
          [...readWeights(fresh)].map(([name, values]) => {
            const shift = noise(name, values.length, 0.2)
            return [name, values.map((value, at) => value + (shift[at] as number))]
          }),
        )
        const modules = resolveTargets(config, 'all-linear')
        const lora = new Map(modules.map(({ name }) => [name, { rank: RANK, scaling: SCALING }]))
        const factors = new Map(
          modules.flatMap(({ name, inFeatures, outFeatures }) => [
            [`${name}.lora_A.weight`, noise(`${name}.a`, RANK * inFeatures, 0.2)] as const,
            [`${name}.lora_B.weight`, noise(`${name}.b`, outFeatures * RANK, 0.2)] as const,
          ]),
        )
        const everything = new Map([...base, ...factors])
        const plain: PlainModel = {
          config: json,
          weights: widened(base),
          factors: widened(factors),
          rank: RANK,
          scaling: SCALING,
        }

        it('in the logits at every real position', async () => {
          const evaluator = openEvaluator(executor, fresh, { lora, trainable: 'all' })
          const logits = await evaluator.logits(batch, everything)
          await evaluator.close()
          let largest = 0
          for (const [row, { ids, mask }] of sequencesOf(batch).entries()) {
            for (const [t, expected] of plainLogits(plain, ids, mask).entries()) {
              if (mask[t] === 0) continue
              for (const [id, value] of expected.entries()) {
                const actual = logits[(row * batch.length + t) * config.vocabSize + id] as number
                largest = Math.max(largest, Math.abs(actual - value))
              }
            }
          }
          ok(largest < 1e-4, `a logit differs by ${largest}`)
        })

        it('in the loss and its derivative by every parameter, of LoRA and of the base', async () => {
          const trainable = await openTrainable(executor, fresh, { lora, trainable: 'all' })
          const { lossSum, tokens, gradients } = await trainable.step(batch, everything)
          await trainable.close()
          const loss = (model: PlainModel) => plainLoss(model, sequencesOf(batch))
          ok(Math.abs(lossSum / tokens - loss(plain)) < 1e-5)
          for (const [name, gradient] of gradients) {
            const { expected, actual } = slopes(plain, name, gradient, loss)
            ok(Math.abs(actual - expected) < 1e-4, `${name}: slope ${actual}, by differences ${expected}`)
          }
        })
      })
    }

    it('and know every linear module', () => {
      const { config } = initialCheckpoint(CONFIGS['mistral without a window'], 0)
      ok(linearModules(config).some(({ name, isHead }) => name === 'lm_head' && isHead))
    })
  })
}

/** The derivative along a random direction of one tensor: by its gradient, and by central differences. */
function slopes(
  model: PlainModel,
  name: string,
  gradient: Float32Array,
  loss: (model: PlainModel) => number,
): { expected: number; actual: number } {
  const direction = noise(`direction ${name}`, gradient.length, 1 / Math.sqrt(gradient.length))
  const step = 1e-4
  const at = (distance: number) => loss(moved(model, name, direction, distance))
  return {
    expected: (at(step) - at(-step)) / (2 * step),
    actual: gradient.reduce((total, value, place) => total + value * (direction[place] as number), 0),
  }
}

function moved(model: PlainModel, name: string, direction: Float32Array, distance: number): PlainModel {
  const move = (tensors: ReadonlyMap<string, Float64Array> | undefined) => {
    const values = tensors?.get(name)
    const shifted = values?.map((value, at) => value + distance * (direction[at] as number))
    return new Map([...(tensors ?? []), ...(shifted === undefined ? [] : [[name, shifted] as const])])
  }
  return { ...model, weights: move(model.weights), factors: move(model.factors) }
}
