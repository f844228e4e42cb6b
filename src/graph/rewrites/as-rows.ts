import { productOfDims } from '../dim.ts'
import { reshape } from '../shape-operations.ts'
import type { OperationKind, Shape, Value } from '../value.ts'
import { sameShape } from './plain-reshape.ts'

/**
 * Computes on matrices [rows, width] what works on each row alone: a product of [batch, length, k] by a matrix is
 * one of [batch·length, k], and what follows it row by row stays in that form. Reshapes then remain only
 * where heads are split and merged.
 */
export function asRows(value: Value): Value {
  const { kind } = value.operation
  if (kind === 'matmul') return productOfRows(value)
  const { inputs } = value
  if (!ROW_WISE.has(kind) || !isOfLastAxis(value)) return value
  if (!inputs.some(isReshapedRows) || !inputs.every((input) => isAlong(input, value))) return value
  const operands = inputs.map((input) => (input.shape.length > 1 ? rowsOf(input) : input))
  return reshape({ ...value, ...inRows(value), inputs: operands, shape: rowShape(value.shape) }, value.shape)
}

const ROW_WISE: ReadonlySet<OperationKind> = new Set([
  ...(['neg', 'exp', 'log', 'sqrt', 'rsqrt', 'tanh', 'sigmoid', 'erf', 'silu', 'gelu', 'geluTanh'] as const),
  ...(['add', 'sub', 'mul', 'div', 'sum', 'mean', 'softmax', 'rmsNorm', 'layerNorm'] as const),
])

const rowShape = (shape: Shape): Shape => [productOfDims(shape.slice(0, -1)), shape.at(-1) ?? 1]
const rowsOf = (value: Value): Value => reshape(value, rowShape(value.shape))

/** [a, b] · [b, c] with any number of leading axes on the left. */
function productOfRows(value: Value): Value {
  const [a, b] = value.inputs
  if (value.operation.kind !== 'matmul' || a === undefined || b === undefined) return value
  if (a.shape.length <= 2 || b.shape.length !== 2 || value.operation.transposeA) return value
  return reshape({ ...value, inputs: [rowsOf(a), b], shape: rowShape(value.shape) }, value.shape)
}

/** A matrix that was only given more leading axes. */
function isReshapedRows(value: Value): boolean {
  const [source] = value.inputs
  if (value.operation.kind !== 'reshape' || value.shape.length <= 2 || source?.shape.length !== 2)
    return false
  return sameShape(source.shape, rowShape(value.shape))
}

/** Whether an operand has the value's rows, or is one row (or number) for all. */
function isAlong(operand: Value, value: Value): boolean {
  if (operand.shape.length <= 1) return true
  return sameShape(operand.shape.slice(0, -1), value.shape.slice(0, -1))
}

/** Reductions are row-wise where they keep all axes and reduce the last. */
function isOfLastAxis({ operation, inputs }: Value): boolean {
  if (operation.kind !== 'sum' && operation.kind !== 'mean') return true
  const last = (inputs[0]?.shape.length ?? 0) - 1
  return operation.keepDims && operation.axes.length === 1 && operation.axes[0] === last
}

function inRows({ operation }: Value): Pick<Value, 'operation'> {
  if (operation.kind !== 'sum' && operation.kind !== 'mean') return { operation }
  return { operation: { ...operation, axes: [1] } }
}
