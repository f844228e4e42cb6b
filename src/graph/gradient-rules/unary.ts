import { add, div, erf, exp, mul, neg, sigmoid, sub, tanh } from '../elementwise.ts'
import type { UnaryKind, Value } from '../value.ts'
import type { Backward, GradientRule } from './gradient-rule.ts'

/** dy/dx from x and y. */
const derivatives: Record<UnaryKind, (x: Value, y: Value) => Value | number> = {
  neg: () => -1,
  exp: (_, y) => y,
  log: (x) => div(1, x),
  sqrt: (_, y) => div(0.5, y),
  rsqrt: (_, y) => mul(mul(y, y), mul(y, -0.5)),
  tanh: (_, y) => sub(1, mul(y, y)),
  sigmoid: (_, y) => mul(y, sub(1, y)),
  erf: (x) => mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)),
  silu: siluDerivative,
  gelu: geluDerivative,
  geluTanh: geluTanhDerivative,
}

/** s + y(1 − s) with s = sigmoid(x). */
function siluDerivative(x: Value, y: Value): Value {
  const s = sigmoid(x)
  return add(s, mul(y, sub(1, s)))
}

/** Φ(x) + xφ(x). */
function geluDerivative(x: Value): Value {
  const cumulative = add(mul(erf(mul(x, Math.SQRT1_2)), 0.5), 0.5)
  const density = mul(exp(mul(mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI))
  return add(cumulative, mul(x, density))
}

/** ½(1 + t) + ½x(1 − t²)u′ with t = tanh(u), u = √(2/π)(x + 0.044715x³). */
function geluTanhDerivative(x: Value): Value {
  const root = Math.sqrt(2 / Math.PI)
  const square = mul(x, x)
  const t = tanh(mul(x, add(mul(square, root * 0.044715), root)))
  const slope = add(mul(square, root * 3 * 0.044715), root)
  return mul(add(add(t, 1), mul(mul(x, slope), sub(1, mul(t, t)))), 0.5)
}

export const unaryRule: GradientRule<UnaryKind> = ({
  operation,
  inputs,
  output,
  upstream,
}: Backward<UnaryKind>) =>
  inputs.map((x) => () => {
    const derivative = derivatives[operation.kind](x, output)
    return derivative === -1 ? neg(upstream) : mul(upstream, derivative)
  })
