import { z } from 'zod'

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `500ms`, `30s`, `2m`, `1.5h`: milliseconds. */
export const durationSchema = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:ms|s|m|h)$/, 'not a duration: write 500ms, 30s, 2m or 1.5h')
  .transform((text) => {
    const unit = /[a-z]+$/.exec(text)?.[0] as keyof typeof UNIT_MS
    return Math.round(Number.parseFloat(text) * UNIT_MS[unit])
  })
