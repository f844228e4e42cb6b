import type { Contribution } from '../aggregate/contribution.ts'
import { normSquared } from '../aggregate/factor-norms.ts'
import type { Factors } from '../base/adapter.ts'
import type { Charter } from '../round/charter/charter.ts'

export interface NormJudgement {
  /** What enters the average, cut where the rule says so. */
  readonly kept: readonly Contribution[]
  readonly clipped: readonly { readonly peer: string; readonly clip: number }[]
  readonly excluded: readonly { readonly peer: string; readonly detail: string }[]
}

/**
 * The charter's norm rule: ‖ΔWᵢ‖_F over all modules may be at most `factor` times the median of the round.
 * It follows from the contributions alone, so that every peer judges alike.
 */
export function applyNormRule(
  contributions: readonly Contribution[],
  { rule, factor }: Charter['contributions']['norm'],
): NormJudgement {
  if (rule === 'none') return { kept: contributions, clipped: [], excluded: [] }
  const norms = contributions.map(({ factors }) => Math.sqrt(totalNormSquared(factors)))
  const bound = factor * median(norms)
  const over = contributions.filter((_, at) => (norms[at] ?? 0) > bound)
  const within = contributions.filter((one) => !over.includes(one))
  if (rule === 'exclude')
    return {
      kept: within,
      clipped: [],
      excluded: over.map(({ peer }) => ({ peer, detail: describe(bound) })),
    }
  const clips = new Map(over.map((one) => [one.peer, bound / (norms[contributions.indexOf(one)] ?? 1)]))
  return {
    kept: contributions.map((one) => clipContribution(one, clips.get(one.peer) ?? 1)),
    clipped: [...clips].map(([peer, clip]) => ({ peer, clip })),
    excluded: [],
  }
}

/** A contribution whose update is multiplied by `clip`. */
export function clipContribution(contribution: Contribution, clip: number): Contribution {
  if (clip === 1) return contribution
  const factors = new Map(
    [...contribution.factors].map(([name, module]) => [
      name,
      { ...module, b: module.b.map((value) => value * clip) },
    ]),
  )
  return { ...contribution, factors }
}

const totalNormSquared = (factors: Factors): number =>
  [...factors.values()].reduce((sum, module) => sum + normSquared(module), 0)

const describe = (bound: number): string =>
  `its update is larger than the round's bound of ${bound.toPrecision(4)}`

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
