import type { BinaryKind, UnaryKind } from '../../../graph/value.ts'
import type { OnnxWriter } from '../onnx-writer.ts'
import type { EmitRule } from './emit-rule.ts'
import { operand } from './emit-rule.ts'

const BINARY: Record<BinaryKind, string> = { add: 'Add', sub: 'Sub', mul: 'Mul', div: 'Div' }

export const emitBinary: EmitRule<BinaryKind> = ({ writer, operation, input }) =>
  writer.node(BINARY[operation.kind], input)

const single = (opType: string) => (writer: OnnxWriter, x: string) => writer.node(opType, [x])
const microsoft = { domain: 'com.microsoft' } as const

const unary: Record<UnaryKind, (writer: OnnxWriter, x: string) => string> = {
  neg: single('Neg'),
  exp: single('Exp'),
  log: single('Log'),
  sqrt: single('Sqrt'),
  rsqrt: (writer, x) => writer.node('Reciprocal', [writer.node('Sqrt', [x])]),
  tanh: single('Tanh'),
  sigmoid: single('Sigmoid'),
  erf: single('Erf'),
  silu: (writer, x) => writer.node('Mul', [x, writer.node('Sigmoid', [x])]),
  gelu: emitGelu,
  geluTanh: emitGeluTanh,
}

export const emitUnary: EmitRule<UnaryKind> = (emission) =>
  unary[emission.operation.kind](emission.writer, operand(emission, 0))

function emitGelu(writer: OnnxWriter, x: string): string {
  if (writer.fused) return writer.node('Gelu', [x], microsoft)
  const scaled = writer.node('Mul', [x, writer.floats([Math.SQRT1_2], [])])
  const shifted = writer.node('Add', [writer.node('Erf', [scaled]), writer.floats([1], [])])
  return writer.node('Mul', [writer.node('Mul', [x, shifted]), writer.floats([0.5], [])])
}

function emitGeluTanh(writer: OnnxWriter, x: string): string {
  if (writer.fused) return writer.node('FastGelu', [x], microsoft)
  const root = Math.sqrt(2 / Math.PI)
  const square = writer.node('Mul', [x, x])
  const cubic = writer.node('Mul', [square, writer.floats([root * 0.044715], [])])
  const inner = writer.node('Mul', [x, writer.node('Add', [cubic, writer.floats([root], [])])])
  const shifted = writer.node('Add', [writer.node('Tanh', [inner]), writer.floats([1], [])])
  return writer.node('Mul', [writer.node('Mul', [x, shifted]), writer.floats([0.5], [])])
}
