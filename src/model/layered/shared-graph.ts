import { topologicalOrder } from '../../graph/topological-order.ts'
import type { Value } from '../../graph/value.ts'

/** What tells graphs that differ in their parameters' names only from others, and those names in a fixed order. */
export interface SharedGraph {
  /** Equal for graphs that compute the same of parameters in the same places. */
  readonly signature: string
  readonly parameters: readonly string[]
}

/** Describes a graph up to the names of its parameters and the sites of its dropout. */
export function sharedGraph(output: Value): SharedGraph {
  const order = topologicalOrder([output])
  const places = new Map(order.map((value, place) => [value, place]))
  const nodes = order.map(({ operation, inputs, dtype, shape }) => [
    { ...operation, ...(operation.kind === 'parameter' ? { name: '' } : {}), ...siteless(operation) },
    inputs.map((input) => places.get(input)),
    dtype,
    shape,
  ])
  const parameters = order.flatMap(({ operation }) =>
    operation.kind === 'parameter' ? [operation.name] : [],
  )
  return { signature: JSON.stringify(nodes), parameters: [...new Set(parameters)] }
}

const siteless = (operation: Value['operation']) => (operation.kind === 'dropoutMask' ? { site: 0 } : {})
