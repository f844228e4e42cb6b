import protobuf from 'protobufjs/light.js'

/**
 * The messages of the ONNX format that we write, with the field numbers of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto (proto2: repeated numbers are not packed).
 */
const root = protobuf.Root.fromJSON({
  nested: {
    OperatorSetId: message({ domain: ['string', 1], version: ['int64', 2] }),
    Entry: message({ key: ['string', 1], value: ['string', 2] }),
    Dimension: message({ dimValue: ['int64', 1], dimParam: ['string', 2] }),
    TensorShape: message({ dim: ['repeated Dimension', 1] }),
    TensorType: message({ elemType: ['int32', 1], shape: ['TensorShape', 2] }),
    Type: message({ tensorType: ['TensorType', 1] }),
    ValueInfo: message({ name: ['string', 1], type: ['Type', 2] }),
    Tensor: message({
      dims: ['repeated int64', 1],
      dataType: ['int32', 2],
      name: ['string', 8],
      rawData: ['bytes', 9],
      externalData: ['repeated Entry', 13],
      dataLocation: ['int32', 14],
    }),
    Attribute: message({
      name: ['string', 1],
      f: ['float', 2],
      i: ['int64', 3],
      s: ['bytes', 4],
      ints: ['repeated int64', 8],
      type: ['int32', 20],
    }),
    Node: message({
      input: ['repeated string', 1],
      output: ['repeated string', 2],
      name: ['string', 3],
      opType: ['string', 4],
      attribute: ['repeated Attribute', 5],
      domain: ['string', 7],
    }),
    Graph: message({
      node: ['repeated Node', 1],
      name: ['string', 2],
      initializer: ['repeated Tensor', 5],
      input: ['repeated ValueInfo', 11],
      output: ['repeated ValueInfo', 12],
      valueInfo: ['repeated ValueInfo', 13],
    }),
    Model: message({
      irVersion: ['int64', 1],
      producerName: ['string', 2],
      graph: ['Graph', 7],
      opsetImport: ['repeated OperatorSetId', 8],
    }),
  },
})

function message(fields: Record<string, readonly [type: string, id: number]>) {
  const entries = Object.entries(fields).map(([name, [declared, id]]) => {
    const [type, repeated] = declared.startsWith('repeated ') ? [declared.slice(9), true] : [declared, false]
    return [name, repeated ? { type, id, rule: 'repeated', options: { packed: false } } : { type, id }]
  })
  return { fields: Object.fromEntries(entries) }
}

/** Element types, by ONNX's numbers (TensorProto.DataType). */
export const ELEMENT = { f32: 1, u8: 2, i32: 6, i64: 7, f16: 10, bf16: 16 } as const
type OnnxElement = keyof typeof ELEMENT

const ATTRIBUTE_TYPE = { f: 1, i: 2, s: 3, ints: 7 } as const
const EXTERNAL = 1

export type OnnxAttribute =
  | { readonly f: number }
  | { readonly i: number }
  | { readonly s: string }
  | { readonly ints: readonly number[] }

export interface OnnxNode {
  readonly opType: string
  readonly domain: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

/** A tensor of the model: its bytes in the model, or a stretch of a file beside it. */
export interface OnnxInitializer {
  readonly name: string
  readonly element: OnnxElement
  readonly dims: readonly number[]
  readonly data: Uint8Array | { readonly location: string; readonly offset: number; readonly length: number }
}

export interface OnnxPort {
  readonly name: string
  readonly element: OnnxElement
  readonly dims: readonly (number | string)[]
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxInitializer[]
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
  /** Shapes of values in between that ONNX Runtime cannot infer. Default: none. */
  readonly between?: readonly OnnxPort[]
}

/** The model's bytes: IR version 8, opset 17, with ONNX Runtime's own `com.microsoft` operators. */
export function encodeOnnxModel(model: OnnxModel): Uint8Array {
  const graph = {
    name: 'flexswarm',
    node: model.nodes.map(encodeNode),
    initializer: model.initializers.map(encodeInitializer),
    input: model.inputs.map(encodePort),
    output: model.outputs.map(encodePort),
    valueInfo: (model.between ?? []).map(encodePort),
  }
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: 'com.microsoft', version: 1 },
  ]
  const type = root.lookupType('Model')
  return type
    .encode(type.fromObject({ irVersion: 8, producerName: 'flexswarm', graph, opsetImport }))
    .finish()
}

const encodeNode = ({ attributes, output, ...node }: OnnxNode) => ({
  ...node,
  output,
  name: output[0] ?? '',
  attribute: Object.entries(attributes).map(([name, value]) => encodeAttribute(name, value)),
})

function encodeAttribute(name: string, value: OnnxAttribute) {
  if ('s' in value) return { name, type: ATTRIBUTE_TYPE.s, s: new TextEncoder().encode(value.s) }
  if ('ints' in value) return { name, type: ATTRIBUTE_TYPE.ints, ints: [...value.ints] }
  return { name, type: 'f' in value ? ATTRIBUTE_TYPE.f : ATTRIBUTE_TYPE.i, ...value }
}

function encodeInitializer({ name, element, dims, data }: OnnxInitializer) {
  const head = { name, dims: [...dims], dataType: ELEMENT[element] }
  if (data instanceof Uint8Array) return { ...head, rawData: data }
  const externalData = Object.entries(data).map(([key, value]) => ({ key, value: String(value) }))
  return { ...head, externalData, dataLocation: EXTERNAL }
}

const encodePort = ({ name, element, dims }: OnnxPort) => ({
  name,
  type: {
    tensorType: {
      elemType: ELEMENT[element],
      shape: {
        dim: dims.map((dim) => (typeof dim === 'number' ? { dimValue: dim } : { dimParam: dim })),
      },
    },
  },
})
