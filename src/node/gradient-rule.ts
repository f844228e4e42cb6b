import type { LocalRule } from '../aggregate/local-rule.ts'
import type { GradientRule } from '../train/loop/gradient-rule.ts'

/** A strategy's word on who learns, as the training loop takes it. */
export function gradientRule({ trains }: LocalRule): GradientRule {
  if (trains === 'both') return {}
  const learning = trains === 'a' ? '.lora_A.weight' : '.lora_B.weight'
  return { frozen: (name) => !name.endsWith(learning) }
}
