import type { Bindings } from '../../../graph/dim.ts'
import type { OperationKind, OperationOf } from '../../../graph/value.ts'
import type { TensorFlow, TfTensor } from '../tensor-flow.ts'

/** One node to be computed, with its operands. */
export interface Computation<Kind extends OperationKind> {
  readonly tf: TensorFlow
  readonly operation: OperationOf<Kind>
  readonly inputs: readonly TfTensor[]
  /** The shape of the result. */
  readonly shape: number[]
  readonly bindings: Bindings
}

/** Computes a node. What it makes on the way is its caller's to dispose of; it may answer an operand itself. */
export type Kernel<Kind extends OperationKind> = (computation: Computation<Kind>) => TfTensor

/** The operand at a place. */
export function operand({ inputs }: { readonly inputs: readonly TfTensor[] }, place: number): TfTensor {
  const found = inputs[place]
  if (found === undefined) throw new TypeError(`no operand ${place}`)
  return found
}
