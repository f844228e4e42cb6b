import { Writer } from 'protobufjs/minimal.js'

/** Field numbers below are those of onnx.proto (https://github.com/onnx/onnx, IR version 8). */
const DOUBLE = 11
const FLOAT = 1
const INT_ATTRIBUTE = 2

export type ProductType = 'float64' | 'float32'

/** The bytes of an ONNX model `C = op(A)·op(B)`, with shapes left open: one `Gemm` node. */
export function productModel(transposeA: boolean, transposeB: boolean, type: ProductType): Uint8Array {
  const element = type === 'float64' ? DOUBLE : FLOAT
  const node = new Writer()
  node.uint32(tag(1, 2)).string('A').uint32(tag(1, 2)).string('B').uint32(tag(2, 2)).string('C')
  node.uint32(tag(4, 2)).string('Gemm')
  if (transposeA) node.uint32(tag(5, 2)).bytes(integerAttribute('transA', 1))
  if (transposeB) node.uint32(tag(5, 2)).bytes(integerAttribute('transB', 1))

  const graph = new Writer()
  graph.uint32(tag(1, 2)).bytes(node.finish()).uint32(tag(2, 2)).string('product')
  graph.uint32(tag(11, 2)).bytes(matrixValue('A', ['ar', 'ac'], element))
  graph.uint32(tag(11, 2)).bytes(matrixValue('B', ['br', 'bc'], element))
  graph.uint32(tag(12, 2)).bytes(matrixValue('C', ['cr', 'cc'], element))

  const opset = new Writer().uint32(tag(1, 2)).string('').uint32(tag(2, 0)).int64(17)
  const model = new Writer().uint32(tag(1, 0)).int64(8)
  model.uint32(tag(7, 2)).bytes(graph.finish()).uint32(tag(8, 2)).bytes(opset.finish())
  return model.finish()
}

const tag = (field: number, wireType: 0 | 2): number => (field << 3) | wireType

function integerAttribute(name: string, value: number): Uint8Array {
  const out = new Writer().uint32(tag(1, 2)).string(name).uint32(tag(3, 0)).int64(value)
  return out.uint32(tag(20, 0)).int32(INT_ATTRIBUTE).finish()
}

function matrixValue(name: string, sizes: readonly string[], element: number): Uint8Array {
  const shape = new Writer()
  for (const size of sizes) {
    shape.uint32(tag(1, 2)).bytes(new Writer().uint32(tag(2, 2)).string(size).finish())
  }
  const tensor = new Writer().uint32(tag(1, 0)).int32(element).uint32(tag(2, 2)).bytes(shape.finish())
  const type = new Writer().uint32(tag(1, 2)).bytes(tensor.finish())
  return new Writer().uint32(tag(1, 2)).string(name).uint32(tag(2, 2)).bytes(type.finish()).finish()
}
