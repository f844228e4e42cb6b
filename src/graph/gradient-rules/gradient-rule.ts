import type { OperationKind, OperationOf, Value } from '../value.ts'

/** A node on the way back: what it computed from what, and the derivative of the loss by its output. */
export interface Backward<Kind extends OperationKind> {
  readonly operation: OperationOf<Kind>
  readonly inputs: readonly Value[]
  readonly output: Value
  readonly upstream: Value
}

/**
 * The derivative of the loss by each input, in their order. Each is a function, so that only those that
 * somebody needs are built; `undefined` marks an input that has no derivative (labels, indices, tables).
 */
export type GradientRule<Kind extends OperationKind> = (
  node: Backward<Kind>,
) => readonly ((() => Value) | undefined)[]
