import { multiplyDims } from '../../../graph/dim.ts'
import type { OnnxWriter } from '../onnx-writer.ts'
import type { Emission, EmitRule } from './emit-rule.ts'
import { lastDim, operand } from './emit-rule.ts'

export const emitRope: EmitRule<'rope'> = (emission) =>
  emission.writer.fused ? fusedRope(emission) : plainRope(emission)

/** ONNX Runtime's RotaryEmbedding looks rows up in one table: row b·length + t is that of batch b, place t. */
function fusedRope(emission: Emission<'rope'>): string {
  const { writer, value } = emission
  const [batch = 1, , length = 1, width = 2] = value.shape
  const rows = writer.ints64([-1, Number(width) / 2])
  const [cos, sin] = [1, 2].map((place) => writer.node('Reshape', [operand(emission, place), rows]))
  const positions = writer.node('Reshape', [
    range(writer, writer.shape([multiplyDims(batch, length)])),
    writer.shape([batch, length]),
  ])
  return writer.node('RotaryEmbedding', [operand(emission, 0), positions, cos ?? '', sin ?? ''], {
    domain: 'com.microsoft',
  })
}

/** 0, 1, … as an int64 vector as long as the one number in `count` says. */
function range(writer: OnnxWriter, count: string): string {
  const end = writer.node('Squeeze', [count, writer.ints64([0])])
  const [start, step] = [0, 1].map((n) => writer.node('Squeeze', [writer.ints64([n]), writer.ints64([0])]))
  return writer.node('Range', [start ?? '', end, step ?? ''])
}

function plainRope(emission: Emission<'rope'>): string {
  const { writer, value } = emission
  const x = operand(emission, 0)
  const half = Number(lastDim(value.shape)) / 2
  const [cos = '', sin = ''] = [1, 2].map((place) =>
    writer.node('Unsqueeze', [operand(emission, place), writer.ints64([1])]),
  )
  const part = (from: number) =>
    writer.node('Slice', [x, writer.ints64([from]), writer.ints64([from + half]), writer.ints64([-1])])
  const [first, second] = [part(0), part(half)]
  const product = (a: string, b: string) => writer.node('Mul', [a, b])
  const turned = [
    writer.node('Sub', [product(first, cos), product(second, sin)]),
    writer.node('Add', [product(second, cos), product(first, sin)]),
  ]
  return writer.node('Concat', turned, { attributes: { axis: { i: -1 } } })
}
