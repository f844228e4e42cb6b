import type { RankChoice } from './choose-rank.ts'
import { formatBytes } from './format-bytes.ts'
import type { RankPlan } from './rank-plan.ts'

const REASONS: Readonly<Record<RankChoice['decidedBy'], string>> = {
  memory: 'the largest that fits',
  user: 'as the user asked',
  'out-of-memory': 'the next below, after memory ran out',
}

/** Why this rank, line by line: the budget, what every rank shares, and what each takes. */
export function explainRank(plan: RankPlan, choice?: RankChoice): string[] {
  const { budget, candidates, tooLarge, narrowest } = plan
  const shared = candidates[0]?.need
  const frozen = shared?.frozen ? `, factors added to the base at most ${formatBytes(shared.frozen)}` : ''
  const device = budget.device === undefined ? '' : `, ${budget.device}`
  const lines = [`memory budget ${formatBytes(budget.bytes)} (${budget.source}${device}: ${budget.detail})`]
  if (shared !== undefined) {
    lines.push(
      `base weights ${formatBytes(shared.base)}, activations ${formatBytes(shared.activations)}, ` +
        `executor ${formatBytes(shared.overhead)}${frozen}`,
    )
  }
  for (const { rank, need, fits } of candidates) {
    const verdict = fits ? 'fits' : `${formatBytes(need.total - budget.bytes)} too much`
    const mark = rank === choice?.rank ? '→' : ' '
    lines.push(
      `${mark} rank ${rank}: ${formatBytes(need.lora)} more, ${formatBytes(need.total)} in all, ${verdict}`,
    )
  }
  for (const rank of tooLarge)
    lines.push(`  rank ${rank}: above ${narrowest.rank}, the limit of ${narrowest.module}`)
  if (choice !== undefined) lines.push(`rank ${choice.rank}: ${REASONS[choice.decidedBy]}`)
  return lines
}
