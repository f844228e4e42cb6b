import { topologicalOrder } from '../graph/topological-order.ts'
import type { Value } from '../graph/value.ts'

/**
 * A graph as a flat list, which can be copied to another thread however deep the graph is. `inputs` are places
 * in the list, all before the node's own.
 */
export interface WireGraph {
  readonly nodes: readonly (Omit<Value, 'inputs'> & { readonly inputs: readonly number[] })[]
  readonly outputs: Readonly<Record<string, number>>
}

export function toWireGraph(outputs: Readonly<Record<string, Value>>): WireGraph {
  const order = topologicalOrder(Object.values(outputs))
  const places = new Map(order.map((value, place) => [value, place]))
  const placeOf = (value: Value) => places.get(value) ?? -1
  return {
    nodes: order.map((value) => ({ ...value, inputs: value.inputs.map(placeOf) })),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, placeOf(value)])),
  }
}

export function fromWireGraph({ nodes, outputs }: WireGraph): Record<string, Value> {
  const values: Value[] = []
  const at = (place: number): Value => {
    const value = values[place]
    if (value === undefined) throw new RangeError(`node ${place} is used before it is made`)
    return value
  }
  for (const node of nodes) values.push({ ...node, inputs: node.inputs.map(at) })
  return Object.fromEntries(Object.entries(outputs).map(([name, place]) => [name, at(place)]))
}
