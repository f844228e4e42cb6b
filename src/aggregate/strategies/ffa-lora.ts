import type { ModuleFactors } from '../../base/adapter.ts'
import { InvalidContributionError } from '../aggregate-errors.ts'
import type { ModuleContribution } from '../contribution.ts'
import type { FactorStrategy } from '../strategy.ts'
import { averageFactors, notTheLargest, weightsOf } from './average-factors.ts'

/** Of the largest entry: rounding of float32 in files that went through another library. */
const SAME = 1e-6

/**
 * FFA-LoRA (arXiv 2403.12313, eq. 5): A is frozen and the same for all, B = Σ wᵢ(sᵢ/s)Bᵢ. With one A the mean of the
 * products is the product of the means, so the average is exact: ΔW = s·B·A = Σ wᵢsᵢBᵢA.
 * The paper has one rank. Ours may be mixed, as long as the smaller A is the first rows of the larger: B padded with
 * zeros is exact then too.
 */
export const ffaLora: FactorStrategy = {
  kind: 'factors',
  needsPrevious: false,
  refusal: notTheLargest,
  local: () => ({ trains: 'b' }),
  merge(contributions, scaling) {
    const common = contributions.reduce((largest, one) =>
      one.factors.rank > largest.factors.rank ? one : largest,
    )
    for (const one of contributions) checkFrozen(one, common)
    const averaged = averageFactors(contributions, weightsOf(contributions), scaling)
    return { ...averaged, a: common.factors.a.slice() }
  },
}

function checkFrozen({ peer, factors }: ModuleContribution, common: ModuleContribution): void {
  if (startsWith(common.factors, factors)) return
  throw new InvalidContributionError(peer, `its A is not that of ${common.peer}, and ffa-lora keeps A frozen`)
}

function startsWith({ a }: ModuleFactors, { a: part }: ModuleFactors): boolean {
  const largest = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return part.every((value, at) => Math.abs(value - (a[at] as number)) <= SAME * largest)
}
