import { canonicalDim, productOfDims } from './dim.ts'
import { GraphShapeError } from './graph-error.ts'
import type { Operand, Shape, Value, ValueType } from './value.ts'
import { describeShape } from './value.ts'

function leaf(kind: 'input' | 'parameter' | 'weight', name: string, shape: Shape, dtype: ValueType): Value {
  return { operation: { kind, name }, inputs: [], dtype, shape: shape.map(canonicalDim) }
}

/**
 * A tensor fed at every run. Its dims may be symbols (`'batch'`); every symbol of a graph must be a whole dim
 * of some input.
 */
export const input = (name: string, shape: Shape, dtype: ValueType = 'f32'): Value =>
  leaf('input', name, shape, dtype)

/** A float tensor fed at every run that gradients may be asked for. */
export const parameter = (name: string, shape: readonly number[]): Value =>
  leaf('parameter', name, shape, 'f32')

/** A frozen float tensor, bound by name when the graph is compiled; executors may pack it ahead. */
export const weight = (name: string, shape: readonly number[]): Value => leaf('weight', name, shape, 'f32')

/** A small tensor written into the graph, row-major. */
export function constant(
  values: readonly number[],
  shape: readonly number[],
  dtype: ValueType = 'f32',
): Value {
  if (productOfDims(shape) !== values.length) {
    throw new GraphShapeError('constant', `${values.length} values do not fill ${describeShape(shape)}`)
  }
  return { operation: { kind: 'constant', values }, inputs: [], dtype, shape }
}

/** A constant of shape []. */
export const scalar = (value: number, dtype: ValueType = 'f32'): Value => constant([value], [], dtype)

/** The operand as a value. */
export const asValue = (operand: Operand): Value => (typeof operand === 'number' ? scalar(operand) : operand)
