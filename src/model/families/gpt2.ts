import { ACTIVATION_NAMES } from '../activations.ts'
import type { Family } from '../family.ts'
import { gpt2Forward } from '../gpt2-forward.ts'
import { gpt2Linears, gpt2Tensors } from '../gpt2-tensors.ts'
import type { Gpt2Config } from '../model-config.ts'
import { InvalidModelFileError } from '../model-errors.ts'

/** GPT-2, its sizes and distilgpt2 (transformers' `GPT2LMHeadModel`). */
export const gpt2: Family<Gpt2Config> = {
  name: 'gpt2',
  architectures: ['GPT2LMHeadModel', 'GPT2Model'],
  basePrefix: 'transformer.',
  readConfig(reader) {
    const hiddenSize = reader.count('n_embd')
    const headCount = reader.count('n_head')
    if (hiddenSize % headCount !== 0) {
      throw new InvalidModelFileError(
        reader.file,
        'n_embd',
        `(${hiddenSize}) is not divisible by ${headCount}`,
      )
    }
    return {
      family: 'gpt2',
      vocabSize: reader.count('vocab_size'),
      hiddenSize,
      layerCount: reader.count('n_layer'),
      headCount,
      kvHeadCount: headCount,
      headDim: hiddenSize / headCount,
      intermediateSize: reader.count('n_inner', 4 * hiddenSize),
      maxPositions: reader.count('n_positions', 1024),
      normEpsilon: reader.number('layer_norm_epsilon', 1e-5),
      activation: reader.choice('activation_function', ACTIVATION_NAMES, 'gelu_new'),
      tiedHead: reader.boolean('tie_word_embeddings', true),
      initializerRange: reader.number('initializer_range', 0.02),
      scaleAttention: reader.boolean('scale_attn_weights', true),
      scaleAttentionByLayer: reader.boolean('scale_attn_by_inverse_layer_idx', false),
    }
  },
  linears: gpt2Linears,
  tensors: gpt2Tensors,
  forward: gpt2Forward,
}
