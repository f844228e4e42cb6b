import type { Factors } from '../base/adapter.ts'
import { type GradientRule, together } from '../train/loop/gradient-rule.ts'
import { primalDualPull } from '../train/loop/primal-dual-pull.ts'
import { proximalPull } from '../train/loop/proximal-pull.ts'
import { tailPull } from '../train/loop/tail-pull.ts'
import { localRule } from './local-rule.ts'
import { rankBelow } from './prune-rank.ts'
import type { RoundStart } from './round-start.ts'
import { strategyOptions } from './strategy-options.ts'
import type { TrainingRules } from './train-round.ts'

/** What the charter changes of a peer's gradients in a round: who learns, and what pulls. */
export function gradientRule(
  charter: TrainingRules,
  round: number,
  { factors }: Pick<RoundStart, 'factors'>,
  dual: Factors | null,
): GradientRule {
  const { trains, prunes } = localRule(charter, round)
  const { correction } = charter.training
  const pulls = [
    ...(correction?.rule === 'fedprox' ? [proximalPull(factors, correction.mu)] : []),
    ...(correction?.rule === 'fedvra' ? [primalDualPull(factors, dual, correction.gamma)] : []),
    ...(prunes ? tailPulls(charter, factors) : []),
  ]
  return {
    ...(trains === 'both' ? {} : { frozen: (name) => !name.endsWith(LEARNING[trains]) }),
    ...(pulls.length === 0 ? {} : { correct: together(pulls) }),
  }
}

const LEARNING = { a: '.lora_A.weight', b: '.lora_B.weight' } as const

function tailPulls(charter: TrainingRules, factors: RoundStart['factors']) {
  const { pruneWeight = 0 } = strategyOptions(charter)
  const [module] = factors.values()
  const keep = module === undefined ? null : rankBelow(charter.ranks, module.rank)
  return keep === null || pruneWeight === 0 ? [] : [tailPull(factors, keep, pruneWeight)]
}
