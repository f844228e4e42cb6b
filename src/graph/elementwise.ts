import type { Dim } from './dim.ts'
import { GraphShapeError } from './graph-error.ts'
import { asValue } from './leaves.ts'
import type { BinaryKind, Operand, Shape, UnaryKind, Value } from './value.ts'
import { describeShape } from './value.ts'

/** The shape two operands are broadcast to, as NumPy does: dims are equal, or one of them is 1. */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Dim[] {
  const rank = Math.max(a.length, b.length)
  const at = (shape: Shape, axis: number) => shape[axis - (rank - shape.length)] ?? 1
  return Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [at(a, axis), at(b, axis)]
    if (x === y || y === 1) return x
    if (x === 1) return y
    throw new GraphShapeError(
      operation,
      `${describeShape(a)} and ${describeShape(b)} differ at axis ${axis} and neither is 1 there`,
    )
  })
}

function unary(kind: UnaryKind, x: Value): Value {
  if (x.dtype !== 'f32') throw new GraphShapeError(kind, `wants f32, got ${x.dtype}`)
  return { operation: { kind }, inputs: [x], dtype: 'f32', shape: x.shape }
}

function binary(kind: BinaryKind, a: Operand, b: Operand): Value {
  const [x, y] = [asValue(a), asValue(b)]
  if (x.dtype !== 'f32' || y.dtype !== 'f32') {
    throw new GraphShapeError(kind, `wants f32 operands, got ${x.dtype} and ${y.dtype}`)
  }
  const shape = broadcastShapes(kind, x.shape, y.shape)
  return { operation: { kind }, inputs: [x, y], dtype: 'f32', shape }
}

export const add = (a: Operand, b: Operand): Value => binary('add', a, b)
export const sub = (a: Operand, b: Operand): Value => binary('sub', a, b)
export const mul = (a: Operand, b: Operand): Value => binary('mul', a, b)
export const div = (a: Operand, b: Operand): Value => binary('div', a, b)

export const neg = (x: Value): Value => unary('neg', x)
export const exp = (x: Value): Value => unary('exp', x)
/** The natural logarithm. */
export const log = (x: Value): Value => unary('log', x)
export const sqrt = (x: Value): Value => unary('sqrt', x)
/** 1/√x. */
export const rsqrt = (x: Value): Value => unary('rsqrt', x)
export const tanh = (x: Value): Value => unary('tanh', x)
export const sigmoid = (x: Value): Value => unary('sigmoid', x)
export const erf = (x: Value): Value => unary('erf', x)
/** x·sigmoid(x). */
export const silu = (x: Value): Value => unary('silu', x)
/** x·Φ(x), exact (arXiv 1606.08415, §2). */
export const gelu = (x: Value): Value => unary('gelu', x)
/** GELU by tanh, as in GPT-2: ½x(1 + tanh(√(2/π)(x + 0.044715x³))). */
export const geluTanh = (x: Value): Value => unary('geluTanh', x)
