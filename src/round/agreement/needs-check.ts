import { type Rule, verdictOn, withVerdict } from './agreement.ts'

/** Asks for valid(v) of every proposal up to the present view; the rules that need it wait for the answer. */
export const needsCheck: Rule = (_height, agreement) => {
  for (const tally of agreement.tallies) {
    if (tally.view > agreement.view) continue
    for (const { body } of tally.proposals) {
      if (verdictOn(agreement, body.value) !== undefined) continue
      return {
        agreement: withVerdict(agreement, body.value, 'checking'),
        acts: [{ type: 'check', value: body.value }],
      }
    }
  }
  return null
}
