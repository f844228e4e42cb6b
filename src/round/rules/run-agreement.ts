import { settleAgreement } from '../agreement/settle-agreement.ts'
import { andThen, quiet, type RoundRule } from '../transition.ts'
import { performActs } from './perform-acts.ts'

/** Every rule of the agreement that has become applicable. */
export const runAgreement: RoundRule = (state, nowMs) => {
  const { agreement, acts } = settleAgreement(state.height, state.agreement)
  if (agreement === state.agreement) return null
  return andThen(quiet({ ...state, agreement }), (now) => performActs(now, acts, nowMs))
}
