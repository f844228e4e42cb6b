import { input } from '../graph/leaves.ts'
import { gather } from '../graph/rows.ts'
import { reshape } from '../graph/shape-operations.ts'
import type { Value } from '../graph/value.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { BlockOutput } from './family.ts'
import type { ModelParts } from './model-parts.ts'
import { sequenceInputs } from './sequence-inputs.ts'

/** A checkpoint's computation from token ids to the last block's output. */
export interface DecoderGraph {
  /** [batch, length, hidden] */
  readonly hidden: Value
  readonly blocks: readonly BlockOutput[]
}

export function decoderGraph(
  { config, family }: Pick<Checkpoint, 'config' | 'family'>,
  parts: ModelParts,
  { cache = false }: { readonly cache?: boolean } = {},
): DecoderGraph {
  const inputs = sequenceInputs(config, { cache })
  let hidden = family.forward.embed(config, parts, inputs)
  const blocks: BlockOutput[] = []
  for (let layer = 0; layer < config.layerCount; layer++) {
    const block = family.forward.block(config, parts, layer, hidden, inputs)
    blocks.push(block)
    hidden = block.x
  }
  return { hidden, blocks }
}

/** Logits [rows, vocabulary] at the positions fed as `rows`, numbers in the flattened [batch · length]. */
export function logitsAt(
  { config, family }: Pick<Checkpoint, 'config' | 'family'>,
  parts: ModelParts,
  hidden: Value,
  pick: (flat: Value) => Value = byNumber,
): Value {
  return family.forward.head(config, parts, pick(reshape(hidden, ['batch*length', config.hiddenSize])))
}

const byNumber = (flat: Value): Value => gather(flat, input('rows', ['rows'], 'i32'))
