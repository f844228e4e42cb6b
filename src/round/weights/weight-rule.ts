import { z } from 'zod'
import { fieldsOf } from '../../base/bounded-schema.ts'

const share = z.number().min(0).max(1)

/** How much each contribution of a round counts. Every rule follows from what announcements say, so that all agree. */
export const weightRuleSchema = z.discriminatedUnion('rule', [
  /** nᵢ/Σn. The default. */
  z.strictObject({ rule: z.literal('samples') }),
  /** 1/n. */
  z.strictObject({ rule: z.literal('uniform') }),
  /** By samples times the share of its loss that a peer took off, held between `least` and `most`. */
  z
    .strictObject({ rule: z.literal('lorar'), least: share.min(1e-6), most: share })
    .refine(({ least, most }) => least <= most, 'least must not exceed most'),
  /** The weights within `reach` of the samples' that make the mean loss largest: those who do worst count most. */
  z.strictObject({ rule: z.literal('fair'), reach: share }),
])

export type WeightRule = z.output<typeof weightRuleSchema>

/** What a peer measured of the mean loss per token on its own data, in nats. It is its word alone. */
export const lossesSchema = fieldsOf({
  /** Of the round's first step, with what the round began from. */
  before: z.number().min(0).max(1e4),
  /** Of its last step. */
  after: z.number().min(0).max(1e4),
})

export type Losses = z.output<typeof lossesSchema>

/** Whether a rule wants losses in the announcements. */
export const wantsLosses = (rule: WeightRule | undefined): boolean =>
  rule?.rule === 'lorar' || rule?.rule === 'fair'
