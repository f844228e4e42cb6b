import { topologicalOrder } from '../../graph/topological-order.ts'
import type { Value } from '../../graph/value.ts'

/** Frozen weights that two products need in two forms are packed ahead for both up to this total. */
const MAX_PACKED_BYTES = 256 * 1024 * 1024

/**
 * Whether ONNX Runtime should rearrange frozen weights ahead for its matrix product, which makes products of few
 * rows a sixth quicker. A weight of one product costs no more memory for it, since the original is let go; one that
 * the backward pass uses too is held twice, which large models cannot afford.
 */
export function packsWeights(outputs: Iterable<Value>): boolean {
  const products = new Map<Value, number>()
  for (const { operation, inputs } of topologicalOrder(outputs)) {
    if (operation.kind !== 'matmul') continue
    for (const weight of inputs.filter((input) => input.operation.kind === 'weight')) {
      products.set(weight, (products.get(weight) ?? 0) + 1)
    }
  }
  const twice = [...products].filter(([, uses]) => uses > 1)
  return twice.reduce((sum, [weight]) => sum + bytesOf(weight), 0) <= MAX_PACKED_BYTES
}

const bytesOf = ({ shape }: Value) => shape.reduce<number>((product, dim) => product * Number(dim), 4)
