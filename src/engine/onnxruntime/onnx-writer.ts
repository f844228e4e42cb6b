import type { Bindings, Dim } from '../../graph/dim.ts'
import type { OnnxAttribute, OnnxInitializer, OnnxNode, OnnxPort } from './onnx-model.ts'
import { symbolicShape } from './symbolic-shape.ts'

interface NodeOptions {
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>
  /** `''` is ONNX's own set, the default. */
  readonly domain?: '' | 'com.microsoft'
}

/** Where emission keeps the model it is writing. Values are known by their names. */
export interface OnnxWriter {
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxInitializer[]
  /** Whether ONNX Runtime's own fused operators may be used. */
  readonly fused: boolean
  /** Whether products by a frozen weight have it on the left. */
  readonly flip: boolean
  /** Adds a node with one output and answers that output's name. Equal nodes are written once. */
  node(opType: string, input: readonly string[], options?: NodeOptions): string
  floats(values: readonly number[], dims: readonly number[]): string
  ints32(values: readonly number[], dims: readonly number[]): string
  /** An int64 vector. */
  ints64(values: readonly number[]): string
  /** An int64 vector with a shape's sizes, some of which may be known only at run time. */
  shape(shape: readonly Dim[]): string
}

export interface WriterOptions {
  readonly fused: boolean
  readonly flip: boolean
  /** Graph inputs, in which the sizes of symbols are found. */
  readonly inputs: readonly OnnxPort[]
  readonly dims: Bindings
}

export function createOnnxWriter({ fused, flip, inputs, dims }: WriterOptions): OnnxWriter {
  const nodes: OnnxNode[] = []
  const initializers: OnnxInitializer[] = []
  const known = new Map<string, string>()
  const once = (key: string, make: (name: string) => void) => {
    const name = known.get(key) ?? `#${known.size}`
    if (!known.has(key)) {
      known.set(key, name)
      make(name)
    }
    return name
  }
  const tensor = (element: 'f32' | 'i32' | 'i64', values: readonly number[], shape: readonly number[]) =>
    once(JSON.stringify([element, values, shape]), (name) =>
      initializers.push({ name, element, dims: shape, data: bytesOf(element, values) }),
    )
  const writer: OnnxWriter = {
    nodes,
    initializers,
    fused,
    flip,
    node: (opType, input, { attributes = {}, domain = '' } = {}) =>
      once(JSON.stringify([opType, domain, input, attributes]), (name) =>
        nodes.push({ opType, domain, input, output: [name], attributes }),
      ),
    floats: (values, shape) => tensor('f32', values, shape),
    ints32: (values, shape) => tensor('i32', values, shape),
    ints64: (values) => tensor('i64', values, [values.length]),
    shape: (shape) => symbolicShape(writer, inputs, shape, dims),
  }
  return writer
}

function bytesOf(element: 'f32' | 'i32' | 'i64', values: readonly number[]): Uint8Array {
  if (element === 'f32') return new Uint8Array(Float32Array.from(values).buffer)
  if (element === 'i32') return new Uint8Array(Int32Array.from(values).buffer)
  return new Uint8Array(BigInt64Array.from(values, BigInt).buffer)
}
