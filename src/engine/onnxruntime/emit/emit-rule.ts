import type { Dim } from '../../../graph/dim.ts'
import type { OperationKind, OperationOf, Value } from '../../../graph/value.ts'
import type { OnnxWriter } from '../onnx-writer.ts'

/** A value on its way into the model: `input` are the names of its operands there. */
export interface Emission<Kind extends OperationKind> {
  readonly writer: OnnxWriter
  readonly operation: OperationOf<Kind>
  readonly value: Value
  readonly input: readonly string[]
  /** The names of any value's operands, for rules that look through an operand. */
  readonly operandsOf: (value: Value) => readonly string[]
}

/** Writes the nodes of one value and answers the name of the result. */
export type EmitRule<Kind extends OperationKind> = (emission: Emission<Kind>) => string

/** The name of an operand. */
export function operand(emission: { readonly input: readonly string[] }, place: number): string {
  const name = emission.input[place]
  if (name === undefined) throw new TypeError(`operand ${place} is missing`)
  return name
}

/** The last dim of a shape. */
export const lastDim = (shape: readonly Dim[]): Dim => shape.at(-1) ?? 1
