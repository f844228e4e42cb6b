import type { ModuleSlice } from '../adapter/encode-factors.ts'
import type { Contribution } from '../aggregate/contribution.ts'
import { productNormSquared } from '../aggregate/product-norm.ts'
import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { MatrixProduct } from '../base/matrix-product.ts'
import type { Charter } from '../round/charter/charter.ts'
import { listedNormSquared } from './listed-norms.ts'

export interface NormJudgement {
  /** What enters the average, cut where the rule says so. */
  readonly kept: readonly Contribution[]
  readonly clipped: readonly { readonly peer: string; readonly clip: number }[]
  readonly excluded: readonly { readonly peer: string; readonly detail: string }[]
}

/** What the rule says of each contribution. */
export interface NormVerdict {
  /** What an update is multiplied by, for those that are cut. */
  readonly clips: ReadonlyMap<string, number>
  readonly excluded: NormJudgement['excluded']
}

type NormRule = Charter['contributions']['norm']

/**
 * The charter's norm rule: ‖ΔWᵢ‖_F over all modules may be at most `factor` times the median of the round.
 * It follows from the contributions alone, so that every peer judges alike.
 */
export function judgeNorms(
  contributions: readonly { readonly peer: string; readonly norm: number }[],
  { rule, factor }: NormRule,
): NormVerdict {
  if (rule === 'none') return { clips: new Map(), excluded: [] }
  const bound = factor * median(contributions.map(({ norm }) => norm))
  const over = contributions.filter(({ norm }) => norm > bound)
  return rule === 'exclude'
    ? { clips: new Map(), excluded: over.map(({ peer }) => ({ peer, detail: describe(bound) })) }
    : { clips: new Map(over.map(({ peer, norm }) => [peer, bound / norm])), excluded: [] }
}

/** A contribution in memory; where the list of its modules says their norms, it need not hold all of them. */
type Measurable = Contribution & { readonly slices?: readonly ModuleSlice[] }

/** The rule, applied to contributions that are in memory. */
export async function applyNormRule(
  contributions: readonly Measurable[],
  norm: NormRule,
  product: MatrixProduct,
): Promise<NormJudgement> {
  const measured: (Contribution & { readonly norm: number })[] = []
  for (const one of contributions) measured.push({ ...one, norm: await normUnder(norm, one, product) })
  const { clips, excluded } = judgeNorms(measured, norm)
  const outside = new Set(excluded.map(({ peer }) => peer))
  return {
    kept: contributions
      .filter(({ peer }) => !outside.has(peer))
      .map((one) => clipContribution(one, clips.get(one.peer) ?? 1)),
    clipped: [...clips].map(([peer, clip]) => ({ peer, clip })),
    excluded,
  }
}

/** A contribution whose update is multiplied by `clip`. */
export function clipContribution(contribution: Contribution, clip: number): Contribution {
  if (clip === 1) return contribution
  const factors = new Map([...contribution.factors].map(([name, module]) => [name, clipModule(module, clip)]))
  return { ...contribution, factors }
}

/** One module of an update that is multiplied by `clip`. */
export const clipModule = (module: ModuleFactors, clip: number): ModuleFactors => ({
  ...module,
  b: module.b.map((value) => value * clip),
})

/**
 * ‖ΔW‖_F over all modules, as far as the rule asks: 0 where there is none. As the list of modules says where it says
 * norms: then it is the same to the last bit for who holds all modules and who holds some.
 */
export async function normUnder(
  { rule }: Pick<NormRule, 'rule'>,
  { factors, slices = [] }: { readonly factors: Factors; readonly slices?: readonly ModuleSlice[] },
  product: MatrixProduct,
): Promise<number> {
  if (rule === 'none') return 0
  const listed = listedNormSquared(slices)
  if (listed !== null) return Math.sqrt(listed)
  let square = 0
  for (const module of factors.values()) square += await productNormSquared(module, product)
  return Math.sqrt(square)
}

const describe = (bound: number): string =>
  `its update is larger than the round's bound of ${bound.toPrecision(4)}`

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
