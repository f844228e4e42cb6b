import type { Bindings, Dim } from '../../graph/dim.ts'
import { isSymbol } from '../../graph/dim.ts'
import { topologicalOrder } from '../../graph/topological-order.ts'
import type { OperationOf, Value } from '../../graph/value.ts'
import { dropoutPort, emitValue } from './emit/rules.ts'
import type { OnnxModel, OnnxNode, OnnxPort } from './onnx-model.ts'
import type { OnnxWriter } from './onnx-writer.ts'
import { createOnnxWriter } from './onnx-writer.ts'
import { resolveDim } from './symbolic-shape.ts'

export interface EmitOptions {
  /** Whether ONNX Runtime's own fused operators may be used. */
  readonly fused: boolean
  /** Whether products by a frozen weight are turned so that it is the left operand (see `flippedProduct`). */
  readonly flip: boolean
  /** Sizes of symbols that will not change. */
  readonly dims: Bindings
}

/** A mask of a dropout, which is fed from outside. */
export interface DropoutSite {
  readonly port: string
  readonly seedName: string
  readonly operation: OperationOf<'dropoutMask'>
  readonly shape: readonly Dim[]
}

export interface EmittedGraph {
  /** The model without the initializers of its weights. */
  readonly model: OnnxModel
  /** Inputs and parameters that are fed. */
  readonly leaves: readonly Value[]
  readonly weights: readonly Value[]
  readonly dropouts: readonly DropoutSite[]
}

/** Before the names of outputs, which inputs and weights may have too. */
export const OUTPUT = 'out:'

/** Writes simplified outputs as an ONNX graph. */
export function emitGraph(
  outputs: ReadonlyMap<string, Value>,
  { fused, flip, dims }: EmitOptions,
): EmittedGraph {
  const order = topologicalOrder(outputs.values()).map((value) => ({ value, fixed: fixDims(value, dims) }))
  const values = order.map(({ fixed }) => fixed)
  const ofKind = (...kinds: string[]) => values.filter((value) => kinds.includes(value.operation.kind))
  const leaves = ofKind('input', 'parameter')
  const dropouts = values.flatMap(dropoutSite)
  const seeds = new Set(dropouts.map((site) => site.seedName))
  const inputs = [...leaves.flatMap((leaf) => portOf(leaf, seeds)), ...dropouts.map(maskPort)]
  const writer = createOnnxWriter({ fused, flip, inputs, dims })
  const names = new Map<Value, string>()
  for (const { value, fixed } of order) names.set(value, emitOne(writer, fixed, names))
  const ports = [...outputs].map(([name, value]) => {
    return writeOutput(writer, name, names.get(value) ?? '', fixDims(value, dims))
  })
  const nodes = usedNodes([...writer.nodes, ...ports.map(({ node }) => node)])
  const between = portsBetween(nodes, order, names)
  const model = {
    nodes,
    between,
    initializers: writer.initializers,
    inputs,
    outputs: ports.map(({ port }) => port),
  }
  return { model, leaves, weights: ofKind('weight'), dropouts }
}

/**
 * The shapes of values that nodes compute. Without them ONNX Runtime does not know which of its tensors are of one
 * size, and opening a session of many layers takes several times as long.
 */
function portsBetween(
  nodes: readonly OnnxNode[],
  order: readonly { value: Value; fixed: Value }[],
  names: ReadonlyMap<Value, string>,
): OnnxPort[] {
  const computed = new Set(nodes.flatMap(({ output }) => output))
  const ports = order.map(({ value, fixed: { dtype, shape } }) => {
    return { name: names.get(value) ?? '', element: dtype, dims: shape }
  })
  return ports.filter(({ name }) => computed.has(name) && computed.delete(name))
}

/** The nodes that some output depends on: rules that look through an operand may leave it unused. */
function usedNodes(nodes: readonly OnnxNode[]): OnnxNode[] {
  const used = new Set(nodes.flatMap(({ output }) => output.filter((name) => name.startsWith(OUTPUT))))
  const kept = nodes.toReversed().filter(({ input, output }) => {
    if (!output.some((name) => used.has(name))) return false
    for (const name of input) used.add(name)
    return true
  })
  return kept.reverse()
}

/** The value with the dims that are known; its operands stay as they were. */
const fixDims = (value: Value, dims: Bindings): Value => {
  const shape = value.shape.map((dim) => resolveDim(dim, dims))
  return { ...value, shape, inputs: value.inputs }
}

function emitOne(writer: OnnxWriter, value: Value, names: ReadonlyMap<Value, string>): string {
  const operandsOf = (user: Value) => user.inputs.map((operand) => names.get(operand) ?? '')
  return emitValue({ writer, operation: value.operation, value, input: operandsOf(value), operandsOf })
}

function dropoutSite(value: Value): DropoutSite[] {
  const { operation, inputs, shape } = value
  const seed = inputs[0]?.operation
  if (operation.kind !== 'dropoutMask' || seed?.kind !== 'input') return []
  return [{ port: dropoutPort(operation.site), seedName: seed.name, operation, shape }]
}

const maskPort = ({ port, shape }: DropoutSite): OnnxPort => ({ name: port, element: 'u8', dims: shape })

/** The port of a leaf; seeds have none, since the masks come from outside. */
function portOf({ operation, dtype, shape }: Value, seeds: ReadonlySet<string>): OnnxPort[] {
  if (operation.kind !== 'input' && operation.kind !== 'parameter') return []
  const { name } = operation
  return seeds.has(name) ? [] : [{ name, element: dtype, dims: shape }]
}

function writeOutput(writer: OnnxWriter, name: string, from: string, value: Value) {
  const output = `${OUTPUT}${name}`
  const node = { opType: 'Identity', domain: '', input: [from], output: [output], attributes: {} }
  // A made-up name for what is no plain symbol: expressions are not ONNX dims.
  const dims = value.shape.map((dim) => (typeof dim === 'number' || isSymbol(dim) ? dim : `(${dim})`))
  return { node, port: { name: output, element: value.dtype, dims }, writer }
}
