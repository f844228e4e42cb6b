import type { Value } from './value.ts'

/** The values and all they are computed from, each once, inputs before their users. */
export function topologicalOrder(outputs: Iterable<Value>): Value[] {
  const order: Value[] = []
  const entered = new Set<Value>()
  for (const output of outputs) {
    // A stack of our own: graphs are deeper than the call stack.
    const stack = [{ value: output, next: 0 }]
    if (entered.has(output)) continue
    entered.add(output)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const child = top.value.inputs[top.next++]
      if (child === undefined) {
        order.push(top.value)
        stack.pop()
      } else if (!entered.has(child)) {
        entered.add(child)
        stack.push({ value: child, next: 0 })
      }
    }
  }
  return order
}
