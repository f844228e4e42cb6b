import { z } from 'zod'
import type { ModuleReport } from '../../aggregate/aggregate-report.ts'
import { firstFault } from '../../base/first-fault.ts'
import { accept, type Result, refuse } from '../../base/result.ts'

const size = z.number().min(0)
const share = z.number().min(0).max(1)

const reportSchema = z.strictObject({
  module: z.string(),
  norm: size,
  energyKept: z.array(z.strictObject({ rank: z.number().int().min(1), share })),
  meanRank: size.nullable(),
  effectiveRank: size.nullable(),
  cosineTo: z.enum(['mean', 'global']),
  contributions: z.array(
    z.strictObject({ peer: z.string(), weight: share, norm: size, cosine: z.number().min(-1).max(1) }),
  ),
  route: z.enum([
    'gram',
    'core-iteration',
    'dense-gram',
    'factored-iteration',
    'dense-iteration',
    'zero',
    'factors',
  ]),
  rounds: z.number().int().min(0),
  residual: size,
}) satisfies z.ZodType<ModuleReport>

/** The text of a report as a peer kept it, or what is wrong with it. */
export function readModuleReport(text: string): Result<ModuleReport> {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(text))
    if (parsed.success) return accept(parsed.data)
    const { path, message } = firstFault(parsed.error)
    return refuse(`${path.join('.')}: ${message}`)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}
