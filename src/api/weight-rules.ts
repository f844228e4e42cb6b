import { type Losses, lossesSchema, type WeightRule, weightRuleSchema } from '../round/weights/weight-rule.ts'

/** `samples`, `uniform`, `lorar:<least>:<most>` or `fair:<reach>`; null where it is none of them. */
export function weightRuleOf(text: string): WeightRule | null {
  const [rule, ...numbers] = text.split(':')
  const [first, second] = numbers.map(numberOf)
  const given =
    rule === 'lorar'
      ? { rule, least: first, most: second }
      : rule === 'fair'
        ? { rule, reach: first }
        : { rule }
  if (numbers.length !== Object.keys(given).length - 1) return null
  const parsed = weightRuleSchema.safeParse(given)
  return parsed.success ? parsed.data : null
}

/** `2.1:1.7,1.9:1.8`: each peer's loss before and after its training; null where it is not. */
export function lossesOf(text: string): Losses[] | null {
  const parsed = text.split(',').map((pair) => {
    const [before, after, ...more] = pair.split(':').map(numberOf)
    return lossesSchema.safeParse(more.length === 0 ? { before, after } : null)
  })
  return parsed.every(({ success }) => success) ? parsed.map(({ data }) => data as Losses) : null
}

/** What is left blank is no number, where `Number` takes it for 0. */
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text))

export type { Losses, WeightRule }
