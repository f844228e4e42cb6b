import { add } from './elementwise.ts'
import { applyRule } from './gradient-rules/rules.ts'
import { NotDifferentiableError } from './graph-error.ts'
import { scalar } from './leaves.ts'
import { expand } from './shape-operations.ts'
import { simplify } from './simplify.ts'
import { topologicalOrder } from './topological-order.ts'
import type { Value } from './value.ts'
import { describeShape } from './value.ts'

/**
 * The derivative of a scalar loss by each of `wrt`, by reverse accumulation. Each has the shape of its value;
 * a value that the loss does not depend on gets zeros. Only what those derivatives need is built: nothing
 * flows into frozen weights, nor past the first value of `wrt` on a path.
 * Throws NotDifferentiableError where the loss is no scalar or a path leads through an operation without a rule.
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length > 0) {
    throw new NotDifferentiableError('loss', `its shape is ${describeShape(loss.shape)}, not []`)
  }
  const [root = loss, ...targets] = simplify([loss, ...wrt])
  const order = topologicalOrder([root])
  const wanted = dependants(order, new Set(targets))
  const upstreams = new Map<Value, Value[]>([[root, [scalar(1)]]])
  const found = new Map<Value, Value>()
  for (const node of order.toReversed()) {
    const upstream = wanted.has(node) ? total(upstreams.get(node)) : undefined
    if (upstream === undefined) continue
    found.set(node, upstream)
    propagate(node, upstream, wanted, upstreams)
  }
  return targets.map((target) => found.get(target) ?? expand(scalar(0), target.shape))
}

/** The values that depend on any of `targets`, the targets themselves included. */
function dependants(order: readonly Value[], targets: ReadonlySet<Value>): Set<Value> {
  const dependent = new Set<Value>()
  for (const value of order) {
    if (targets.has(value) || value.inputs.some((input) => dependent.has(input))) dependent.add(value)
  }
  return dependent
}

function propagate(
  output: Value,
  upstream: Value,
  wanted: ReadonlySet<Value>,
  upstreams: Map<Value, Value[]>,
): void {
  if (!output.inputs.some((input) => wanted.has(input))) return
  const rules = applyRule({ operation: output.operation, inputs: output.inputs, output, upstream })
  output.inputs.forEach((input, place) => {
    if (!wanted.has(input)) return
    const rule = rules[place]
    if (rule === undefined) {
      throw new NotDifferentiableError(output.operation.kind, `operand ${place} has no derivative`)
    }
    contribute(upstreams, input, rule())
  })
}

function contribute(upstreams: Map<Value, Value[]>, value: Value, gradient: Value): void {
  upstreams.set(value, [...(upstreams.get(value) ?? []), gradient])
}

const total = (contributions: readonly Value[] | undefined): Value | undefined =>
  contributions === undefined || contributions.length === 0 ? undefined : contributions.reduce(add)
