import type { Factors, ModuleFactors } from '../base/adapter.ts'

/**
 * Two adapters as one of the sum of their ranks, with the first one's scaling s: A = [A₁; A₂], B = [B₁, B₂·s₂/s].
 * Its product is the sum of theirs. Modules that only the first has stay as they are.
 */
export function stackFactors(above: Factors, below: Factors | null): Factors {
  if (below === null) return above
  return new Map(
    [...above].map(([name, module]) => {
      const under = below.get(name)
      return [name, under === undefined ? module : stackModules(module, under)]
    }),
  )
}

function stackModules(above: ModuleFactors, below: ModuleFactors): ModuleFactors {
  const { inFeatures, outFeatures, scaling } = above
  const rank = above.rank + below.rank
  const a = new Float32Array(rank * inFeatures)
  a.set(above.a)
  a.set(below.a, above.a.length)
  const b = new Float32Array(outFeatures * rank)
  const factor = below.scaling / scaling
  for (let i = 0; i < outFeatures; i++) {
    b.set(above.b.subarray(i * above.rank, (i + 1) * above.rank), i * rank)
    for (let j = 0; j < below.rank; j++)
      b[i * rank + above.rank + j] = (below.b[i * below.rank + j] as number) * factor
  }
  return { rank, inFeatures, outFeatures, scaling, a, b }
}
