import { GraphShapeError } from './graph-error.ts'
import { rewrite } from './rewrites/rewrite.ts'
import { topologicalOrder } from './topological-order.ts'
import type { Value } from './value.ts'
import { describeShape } from './value.ts'

/**
 * The same values, computed with less: equal subexpressions are merged, so that each is computed once, and
 * rewritten where there is a cheaper way. Leaves of one name become one; a name used with two shapes, types or
 * roles throws a GraphShapeError.
 */
export function simplify(outputs: readonly Value[]): Value[] {
  const intern = createInterner()
  const merged = new Map<Value, Value>()
  for (const value of topologicalOrder(outputs)) {
    merged.set(value, intern(withInputs(value, (input) => merged.get(input) ?? input)))
  }
  return outputs.map((output) => merged.get(output) ?? output)
}

/** A function that answers one value for all that are computed alike. */
function createInterner(): (value: Value) => Value {
  const byKey = new Map<string, Value>()
  const numbers = new Map<Value, number>()
  const leaves = new Map<string, Value>()
  // New values come from rewrites only, a few above values that are known: this does not run deep.
  const intern = (value: Value): Value => {
    if (numbers.has(value)) return value
    const node = withInputs(value, intern)
    const better = rewrite(node)
    if (better !== node) return intern(better)
    const inputs = node.inputs.map((input) => numbers.get(input))
    const key = JSON.stringify([node.operation, inputs, node.dtype, node.shape])
    const known = byKey.get(key)
    if (known !== undefined) return known
    checkLeaf(leaves, node)
    byKey.set(key, node)
    numbers.set(node, numbers.size)
    return node
  }
  return intern
}

function withInputs(value: Value, replace: (input: Value) => Value): Value {
  const inputs = value.inputs.map(replace)
  return inputs.every((input, place) => input === value.inputs[place]) ? value : { ...value, inputs }
}

function checkLeaf(leaves: Map<string, Value>, value: Value): void {
  const { kind } = value.operation
  if (kind !== 'input' && kind !== 'parameter' && kind !== 'weight') return
  const { name } = value.operation
  const other = leaves.get(name)
  leaves.set(name, value)
  if (other === undefined) return
  throw new GraphShapeError(
    kind,
    `"${name}" is used both as ${describeLeaf(other)} and as ${describeLeaf(value)}`,
  )
}

const describeLeaf = ({ operation, dtype, shape }: Value) =>
  `${operation.kind} ${dtype} ${describeShape(shape)}`
