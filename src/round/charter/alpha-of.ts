import type { AlphaRule } from './charter.ts'

/** The α that a contribution of this rank must have. */
export const alphaOf = (rule: AlphaRule, rank: number): number =>
  rule.rule === 'fixed' ? rule.alpha : rule.factor * rank
