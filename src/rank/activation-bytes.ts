import type { ModelDescription, TrainingShape } from './model-description.ts'

const F32_BYTES = 4

/**
 * Bytes of the tensors that a step makes on its way, apart from those of the adapters. In a whole graph every
 * layer keeps what its gradient needs; in a layered one only its input stays, and one layer at a time is
 * computed again. Logits and their gradient stand beside each other in both.
 */
export function activationBytes(model: ModelDescription, training: TrainingShape): number {
  const { batch, length, graph = 'whole' } = training
  const tokens = batch * length
  const layer = tokens * layerFloatsPerToken(model, length)
  const logits = 2 * Math.min(training.lossTokens ?? tokens, tokens) * model.vocabulary
  const inputs = tokens * model.hiddenSize * model.layers
  // On the way back, the gradients of one layer's tensors stand beside the tensors themselves.
  const kept = graph === 'whole' ? (model.layers + 1) * layer : inputs + 2 * layer
  return (kept + logits) * F32_BYTES
}

/**
 * What one pre-norm transformer layer keeps per token: the input of both norms and their outputs and the sum
 * between (5 hidden), queries before and after rotation and the attended values (3 wide), keys twice and
 * values once (3 narrow), scores and their softmax (2 rows a head), and the feed-forward's gate, its
 * activation, the up projection and their product (4 intermediate).
 */
function layerFloatsPerToken(model: ModelDescription, length: number): number {
  const wide = model.heads * model.headDim
  const narrow = model.kvHeads * model.headDim
  const attention = 3 * wide + 3 * narrow + 2 * model.heads * length
  return 5 * model.hiddenSize + attention + 4 * model.intermediateSize
}
