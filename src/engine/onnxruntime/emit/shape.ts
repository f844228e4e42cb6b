import type { Dim } from '../../../graph/dim.ts'
import type { ReductionKind } from '../../../graph/value.ts'
import type { EmitRule } from './emit-rule.ts'
import { operand } from './emit-rule.ts'

/** Beyond any axis: the end of a slice that goes to the end. */
const TO_THE_END = Number.MAX_SAFE_INTEGER

export const emitReshape: EmitRule<'reshape'> = (emission) => {
  const { writer, value } = emission
  const from = value.inputs[0]?.shape ?? []
  // 0 keeps a dim and -1 infers one: with them most shapes need no computing at run time.
  const target = value.shape.map((dim, axis) =>
    typeof dim === 'string' ? (dim === from[axis] ? 0 : -1) : dim,
  )
  const plain = target.filter((dim) => dim === -1).length <= 1 && !value.shape.includes(0)
  const shape = plain ? writer.ints64(target) : writer.shape(value.shape)
  return writer.node('Reshape', [operand(emission, 0), shape])
}

export const emitExpand: EmitRule<'expand'> = (emission) => {
  const { writer, value } = emission
  return writer.node('Expand', [operand(emission, 0), writer.shape(value.shape)])
}

export const emitTranspose: EmitRule<'transpose'> = ({ writer, operation, input }) =>
  writer.node('Transpose', input, { attributes: { perm: { ints: operation.order } } })

export const emitSlice: EmitRule<'slice'> = (emission) => {
  const { writer, operation, value } = emission
  const { axis, start, end } = operation
  const place = (dim: Dim) => (typeof dim === 'number' ? writer.ints64([dim]) : writer.shape([dim]))
  const whole = end === value.inputs[0]?.shape[axis]
  const ends = whole ? writer.ints64([TO_THE_END]) : place(end)
  return writer.node('Slice', [operand(emission, 0), place(start), ends, writer.ints64([axis])])
}

export const emitConcat: EmitRule<'concat'> = ({ writer, operation, input }) =>
  writer.node('Concat', input, { attributes: { axis: { i: operation.axis } } })

const REDUCE: Record<ReductionKind, string> = { sum: 'ReduceSum', mean: 'ReduceMean' }

export const emitReduction: EmitRule<ReductionKind> = (emission) => {
  const { writer, operation } = emission
  const { kind, axes, keepDims } = operation
  const x = operand(emission, 0)
  const keepdims = { i: keepDims ? 1 : 0 }
  // In opset 17 the axes of ReduceSum are an operand, those of ReduceMean an attribute.
  if (kind === 'sum') {
    const attributes = { keepdims, noop_with_empty_axes: { i: 1 } }
    return writer.node(REDUCE.sum, [x, writer.ints64(axes)], { attributes })
  }
  if (axes.length === 0) return x
  return writer.node(REDUCE.mean, [x], { attributes: { keepdims, axes: { ints: axes } } })
}
