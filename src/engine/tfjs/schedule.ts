import { topologicalOrder } from '../../graph/topological-order.ts'
import type { Value } from '../../graph/value.ts'

/** One node to be computed, and what nobody needs after it. */
export interface Step {
  readonly value: Value
  /** Values whose last use this is. Outputs are never among them. */
  readonly expired: readonly Value[]
}

/**
 * The order to compute a graph in. Outputs are taken as early as they can be (the gradient of a parameter
 * comes on the way back, not after it), and all else as late as it can be (a derivative of an activation right
 * before the way back needs it), so that few values are there at once.
 */
export function schedule(outputs: readonly Value[]): Step[] {
  const order = frugalOrder(outputs)
  const lastUse = new Map<Value, number>()
  order.forEach((value, place) => {
    for (const input of value.inputs) lastUse.set(input, place)
  })
  for (const output of outputs) lastUse.delete(output)
  const expired = order.map((): Value[] => [])
  for (const [value, place] of lastUse) expired[place]?.push(value)
  return order.map((value, place) => ({ value, expired: expired[place] ?? [] }))
}

function frugalOrder(outputs: readonly Value[]): Value[] {
  const order = topologicalOrder(outputs)
  const earliest = new Map<Value, number>()
  for (const value of order) {
    earliest.set(value, 1 + Math.max(0, ...value.inputs.map((input) => earliest.get(input) ?? 0)))
  }
  const due = new Map<Value, number>(outputs.map((output) => [output, earliest.get(output) ?? 0]))
  for (const value of order.toReversed()) {
    const before = (due.get(value) ?? 0) - 1
    for (const input of value.inputs) due.set(input, Math.min(due.get(input) ?? before, before))
  }
  // The sort is stable, and an operand is always due before its user.
  return order.toSorted((a, b) => (due.get(a) ?? 0) - (due.get(b) ?? 0))
}
