import { Writer } from 'protobufjs/minimal.js'

/** Field numbers below are those of onnx.proto (https://github.com/onnx/onnx, IR version 8). */
const ELEMENT = { float32: 1, float64: 11 } as const
const INT_ATTRIBUTE = 2

export type ProductType = keyof typeof ELEMENT

export interface ProductModel {
  readonly transposeA: boolean
  readonly transposeB: boolean
  readonly typeA: ProductType
  readonly typeB: ProductType
  /** What is multiplied and added in. */
  readonly arithmetic: ProductType
}

/** The bytes of an ONNX model `C = op(A)·op(B)`, with shapes left open: one `Gemm` among casts. C is float64. */
export function productModel({ transposeA, transposeB, typeA, typeB, arithmetic }: ProductModel): Uint8Array {
  const gemm = nodeOf('Gemm', ['a', 'b'], 'c')
  if (transposeA) gemm.uint32(tag(5, 2)).bytes(integerAttribute('transA', 1))
  if (transposeB) gemm.uint32(tag(5, 2)).bytes(integerAttribute('transB', 1))

  const graph = new Writer()
  for (const node of [
    cast('A', 'a', arithmetic),
    cast('B', 'b', arithmetic),
    gemm,
    cast('c', 'C', 'float64'),
  ])
    graph.uint32(tag(1, 2)).bytes(node.finish())
  graph.uint32(tag(2, 2)).string('product')
  graph.uint32(tag(11, 2)).bytes(matrixValue('A', ['ar', 'ac'], typeA))
  graph.uint32(tag(11, 2)).bytes(matrixValue('B', ['br', 'bc'], typeB))
  graph.uint32(tag(12, 2)).bytes(matrixValue('C', ['cr', 'cc'], 'float64'))

  const opset = new Writer().uint32(tag(1, 2)).string('').uint32(tag(2, 0)).int64(17)
  const model = new Writer().uint32(tag(1, 0)).int64(8)
  model.uint32(tag(7, 2)).bytes(graph.finish()).uint32(tag(8, 2)).bytes(opset.finish())
  return model.finish()
}

const tag = (field: number, wireType: 0 | 2): number => (field << 3) | wireType

function nodeOf(operator: string, inputs: readonly string[], output: string): Writer {
  const node = new Writer()
  for (const input of inputs) node.uint32(tag(1, 2)).string(input)
  return node.uint32(tag(2, 2)).string(output).uint32(tag(4, 2)).string(operator)
}

/** Casts to the type that a value has already are dropped when the session is made. */
const cast = (from: string, to: string, type: ProductType): Writer =>
  nodeOf('Cast', [from], to).uint32(tag(5, 2)).bytes(integerAttribute('to', ELEMENT[type]))

function integerAttribute(name: string, value: number): Uint8Array {
  const out = new Writer().uint32(tag(1, 2)).string(name).uint32(tag(3, 0)).int64(value)
  return out.uint32(tag(20, 0)).int32(INT_ATTRIBUTE).finish()
}

function matrixValue(name: string, sizes: readonly string[], type: ProductType): Uint8Array {
  const shape = new Writer()
  for (const size of sizes) {
    shape.uint32(tag(1, 2)).bytes(new Writer().uint32(tag(2, 2)).string(size).finish())
  }
  const tensor = new Writer().uint32(tag(1, 0)).int32(ELEMENT[type])
  tensor.uint32(tag(2, 2)).bytes(shape.finish())
  const value = new Writer().uint32(tag(1, 2)).bytes(tensor.finish())
  return new Writer().uint32(tag(1, 2)).string(name).uint32(tag(2, 2)).bytes(value.finish()).finish()
}
