import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import type { LlamaConfig } from '../../../src/model/model-config.ts'
import { InvalidModelFileError, UnsupportedModelError } from '../../../src/model/model-errors.ts'
import { parseModelConfig } from '../../../src/model/read-model-config.ts'

const SIZES = {
  vocab_size: 320,
  hidden_size: 48,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 6,
}
const LLAMA = { ...SIZES, model_type: 'llama', rms_norm_eps: 1e-5 }
const GPT2 = { model_type: 'gpt2', vocab_size: 320, n_embd: 48, n_layer: 2, n_head: 4 }

const parse = (json: object) => parseModelConfig(json).config as LlamaConfig

const refuses = (json: object, key: string, said?: string) =>
  throws(
    () => parseModelConfig(json),
    (error) =>
      error instanceof UnsupportedModelError &&
      error.message.includes(`"${key}"`) &&
      (said === undefined || error.message.includes(said)),
  )

describe('config.json', () => {
  it('of llama has transformers’ defaults for what it leaves out', () => {
    deepEqual(parse(LLAMA), {
      family: 'llama',
      vocabSize: 320,
      hiddenSize: 48,
      layerCount: 2,
      headCount: 6,
      kvHeadCount: 6,
      headDim: 8,
      intermediateSize: 96,
      maxPositions: 2048,
      normEpsilon: 1e-5,
      activation: 'silu',
      tiedHead: false,
      initializerRange: 0.02,
      rope: { theta: 10_000, llama3: null },
      queryKeyValueBias: false,
      attentionOutputBias: false,
      feedForwardBias: false,
      queryKeyNorm: false,
      slidingWindows: [null, null],
    })
  })

  it('says the same of rope in the keys of transformers 4 and 5', () => {
    const scaling = {
      rope_type: 'llama3',
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    }
    const llama3 = { factor: 32, lowFrequencyFactor: 1, highFrequencyFactor: 4, originalMaxPositions: 8192 }
    deepEqual(parse({ ...LLAMA, rope_theta: 5e5, rope_scaling: scaling }).rope, { theta: 5e5, llama3 })
    deepEqual(parse({ ...LLAMA, rope_parameters: { ...scaling, rope_theta: 5e5 } }).rope, {
      theta: 5e5,
      llama3,
    })
    deepEqual(parse({ ...LLAMA, rope_theta: 3e4, rope_scaling: null }).rope, { theta: 3e4, llama3: null })
    deepEqual(parse({ ...LLAMA, rope_scaling: { type: 'default' } }).rope, { theta: 1e4, llama3: null })
  })

  it('of mistral slides over 4096 tokens unless it says otherwise', () => {
    const mistral = { ...SIZES, model_type: 'mistral', num_key_value_heads: 2 }
    deepEqual(parse(mistral).slidingWindows, [4096, 4096])
    deepEqual(parse({ ...mistral, sliding_window: null }).slidingWindows, [null, null])
    deepEqual(parse({ ...mistral, sliding_window: 7 }).slidingWindows, [7, 7])
  })

  it('of qwen slides only where use_sliding_window says so, in the layers named', () => {
    const qwen2 = { ...SIZES, model_type: 'qwen2', num_key_value_heads: 2, sliding_window: 9 }
    deepEqual(parse({ ...qwen2, max_window_layers: 1 }).slidingWindows, [null, null])
    deepEqual(parse({ ...qwen2, use_sliding_window: true, max_window_layers: 1 }).slidingWindows, [null, 9])
    deepEqual(parse({ ...qwen2, use_sliding_window: true }).slidingWindows, [null, null])
    const layer_types = ['sliding_attention', 'full_attention']
    deepEqual(parse({ ...qwen2, use_sliding_window: true, layer_types }).slidingWindows, [9, null])
    throws(() => parse({ ...qwen2, layer_types }), InvalidModelFileError)
    throws(() => parse({ ...qwen2, layer_types: ['full_attention'] }), InvalidModelFileError)
    refuses({ ...qwen2, layer_types: ['chunked_attention', 'full_attention'] }, 'layer_types')
  })

  it('of qwen2 and qwen3 sets biases, norms and head sizes', () => {
    const qwen2 = parse({ ...SIZES, model_type: 'qwen2', num_key_value_heads: 2 })
    deepEqual([qwen2.queryKeyValueBias, qwen2.attentionOutputBias, qwen2.queryKeyNorm], [true, false, false])
    const qwen3 = parse({ ...SIZES, model_type: 'qwen3', num_key_value_heads: 2 })
    deepEqual([qwen3.queryKeyValueBias, qwen3.queryKeyNorm, qwen3.headDim], [false, true, 128])
  })

  it('of gpt2 has its own names', () => {
    deepEqual(parse(GPT2), {
      family: 'gpt2',
      vocabSize: 320,
      hiddenSize: 48,
      layerCount: 2,
      headCount: 4,
      kvHeadCount: 4,
      headDim: 12,
      intermediateSize: 192,
      maxPositions: 1024,
      normEpsilon: 1e-5,
      activation: 'geluTanh',
      tiedHead: true,
      initializerRange: 0.02,
      scaleAttention: true,
      scaleAttentionByLayer: false,
    } as unknown as LlamaConfig)
  })

  describe('is refused by name where it asks for', () => {
    const REFUSED: Record<string, [object, string, string?]> = {
      'another architecture': [{ ...LLAMA, model_type: 'mixtral' }, 'model_type', 'mixtral'],
      'no architecture': [{ ...SIZES }, 'model_type'],
      'another class of the family': [
        { ...LLAMA, architectures: ['LlamaForSequenceClassification'] },
        'architectures',
      ],
      'quantised weights': [
        { ...LLAMA, quantization_config: { quant_method: 'gptq', bits: 4 } },
        'quantization_config',
      ],
      'another activation': [{ ...LLAMA, hidden_act: 'relu2' }, 'hidden_act', 'relu2'],
      'another activation of gpt2': [{ ...GPT2, activation_function: 'tanh' }, 'activation_function', 'tanh'],
      'rotation of a part': [{ ...LLAMA, partial_rotary_factor: 0.5 }, 'partial_rotary_factor'],
      'rotation of a part, in rope_parameters': [
        { ...LLAMA, rope_parameters: { rope_theta: 1e4, partial_rotary_factor: 0.25 } },
        'rope_parameters.partial_rotary_factor',
      ],
      'another rotation in every kind of layer': [
        { ...LLAMA, rope_parameters: { full_attention: { rope_theta: 1e4 } } },
        'rope_parameters.full_attention',
      ],
      'soft-capped logits': [{ ...LLAMA, final_logit_softcapping: 30 }, 'final_logit_softcapping'],
      experts: [{ ...LLAMA, num_local_experts: 8 }, 'num_local_experts'],
      'multimodal rotation': [
        { ...SIZES, model_type: 'qwen2', num_key_value_heads: 2, use_mrope: true },
        'use_mrope',
      ],
      'cross attention': [{ ...GPT2, add_cross_attention: true }, 'add_cross_attention'],
      'pruned heads': [{ ...GPT2, pruned_heads: { 1: [0] } }, 'pruned_heads'],
    }
    for (const [what, [json, key, said]] of Object.entries(REFUSED)) {
      it(what, () => refuses(json, key, said))
    }
    for (const rope_type of ['linear', 'dynamic', 'yarn', 'longrope', 'proportional']) {
      it(`rope_type ${rope_type}`, () => {
        refuses({ ...LLAMA, rope_scaling: { rope_type, factor: 2 } }, 'rope_scaling.rope_type', rope_type)
        refuses(
          { ...LLAMA, rope_scaling: { type: rope_type, factor: 2 } },
          'rope_scaling.rope_type',
          rope_type,
        )
        refuses(
          { ...LLAMA, rope_parameters: { rope_type, factor: 2 } },
          'rope_parameters.rope_type',
          rope_type,
        )
      })
    }
  })

  it('names a key that is missing or no number', () => {
    const { hidden_size: _, ...rest } = LLAMA
    throws(() => parse(rest), /"hidden_size" is missing/)
    throws(() => parse({ ...LLAMA, hidden_size: '48' }), /"hidden_size" is not a number/)
    throws(() => parse({ ...LLAMA, hidden_size: 47.5 }), /"hidden_size" is not a whole number/)
    throws(() => parse({ ...LLAMA, tie_word_embeddings: 'yes' }), /"tie_word_embeddings" is neither/)
    throws(() => parse({ ...LLAMA, num_key_value_heads: 4 }), /is not divisible by 4/)
    throws(() => parseModelConfig([]), /is not an object/)
  })

  it('notes what it ignores, and the dropout of the base', () => {
    const { notes } = parseModelConfig({ ...GPT2, attn_pdrop: 0.1, resid_pdrop: 0, my_own_key: 3 })
    equal(notes.length, 2)
    ok(notes[0]?.includes('attn_pdrop') && notes[1]?.includes('my_own_key'))
  })
})
