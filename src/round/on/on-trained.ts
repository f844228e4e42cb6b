import type { TrainedContribution } from '../event.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, type Step, tell } from '../transition.ts'

/** Our own factors are ready: they are announced, unless the round has gone on without them. */
export function onTrained(state: RoundState, round: number, trained: TrainedContribution): Step {
  if (round !== state.round || state.local.training !== 'running') return quiet(state)
  const { federation, head } = state
  const body = { federation, round, previous: head.record, ...pick(trained) }
  const next: RoundState = { ...state, local: { ...state.local, training: 'done' } }
  return doing(next, { type: 'sign', draft: { kind: 'announcement', body }, proof: null })
}

/** What the announcement's schema has, and nothing else that a driver may have left in. */
const pick = ({
  rank,
  alpha,
  samples,
  losses,
  body,
  size,
  modules,
}: TrainedContribution): TrainedContribution => ({
  rank,
  alpha,
  samples,
  ...(losses === undefined ? {} : { losses: { before: losses.before, after: losses.after } }),
  body,
  size,
  modules,
})

/** Without a contribution of our own we still collect and vote. */
export function onTrainFailed(state: RoundState, round: number, reason: string): Step {
  if (round !== state.round || state.local.training !== 'running') return quiet(state)
  const next: RoundState = { ...state, local: { ...state.local, training: 'failed' } }
  return doing(next, tell({ type: 'waiting', round, reason: `no contribution of our own: ${reason}` }))
}
