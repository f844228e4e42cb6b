import { z } from 'zod'
import { fieldsOf } from '../../base/bounded-schema.ts'

const decay = z.number().min(0).lt(1)

/** How the mean of a round moves the global ΔW (FedOpt, arXiv 2003.00295); without it, the mean replaces it. */
export const serverRuleSchema = fieldsOf({
  optimiser: z.enum(['momentum', 'adam', 'yogi']),
  learningRate: z.number().positive().max(1000),
  beta1: decay,
  /** Adam and yogi. */
  beta2: decay,
  /** Added to the root of the second moment, which begins at its square; adam and yogi. */
  tau: z.number().positive().max(1),
  /** Largest rank of the velocity, which travels beside the global factors. */
  rank: z.number().int().min(1).max(65_536),
})
