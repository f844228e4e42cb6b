import { InvalidArgumentError } from 'commander'
import { type Losses, lossesOf, type WeightRule, weightRuleOf } from '../api/weight-rules.ts'

/** `--weights fair:0.1`. */
export function weightRule(text: string): WeightRule {
  const rule = weightRuleOf(text)
  if (rule !== null) return rule
  throw new InvalidArgumentError(
    'expected samples, uniform, lorar:<least>:<most> or fair:<reach>, shares from 0 to 1.',
  )
}

/** `--losses 2.1:1.7,1.9:1.8`. */
export function losses(text: string): Losses[] {
  const all = lossesOf(text)
  if (all !== null) return all
  throw new InvalidArgumentError('expected pairs before:after of losses, 0 or more, separated by commas.')
}
