import { add, mul, rsqrt, sub } from '../elementwise.ts'
import { mean, sum } from '../reductions.ts'
import type { Value } from '../value.ts'
import { operands } from './binary.ts'
import type { GradientRule } from './gradient-rule.ts'
import { reduceToShape } from './reduce-to-shape.ts'

const last = { axes: [-1], keepDims: true } as const

/** 1/√(mean(x²) + ε) over the last axis. */
const inverseScale = (x: Value, epsilon: number) => rsqrt(add(mean(mul(x, x), last), epsilon))

/** y ∘ (g − Σ g∘y). */
export const softmaxRule: GradientRule<'softmax'> = ({ inputs, output, upstream }) =>
  inputs.map(() => () => mul(output, sub(upstream, sum(mul(upstream, output), last))))

/** With n = x·r and h = g∘scale: dx = r(h − n·mean(h∘n)), dscale = Σ g∘n. */
export const rmsNormRule: GradientRule<'rmsNorm'> = ({ operation, inputs, upstream }) => {
  const [x, scale] = operands({ inputs })
  const r = inverseScale(x, operation.epsilon)
  const n = mul(x, r)
  return [
    () => {
      const h = mul(upstream, scale)
      return mul(sub(h, mul(n, mean(mul(h, n), last))), r)
    },
    () => reduceToShape(mul(upstream, n), scale.shape),
  ]
}

/** With n = (x − mean)·r and h = g∘scale: dx = r(h − mean(h) − n·mean(h∘n)), dscale = Σ g∘n, dbias = Σ g. */
export const layerNormRule: GradientRule<'layerNorm'> = ({ operation, inputs, upstream }) => {
  const [x, scale] = operands({ inputs })
  const centred = sub(x, mean(x, last))
  const r = inverseScale(centred, operation.epsilon)
  const n = mul(centred, r)
  return [
    () => {
      const h = mul(upstream, scale)
      return mul(sub(sub(h, mean(h, last)), mul(n, mean(mul(h, n), last))), r)
    },
    () => reduceToShape(mul(upstream, n), scale.shape),
    () => reduceToShape(upstream, scale.shape),
  ]
}
