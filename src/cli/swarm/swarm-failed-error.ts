import { FlexswarmError } from '../../base/flexswarm-error.ts'
import type { SwarmReport } from '../../swarm/report/swarm-report.ts'

/** Something broke in a swarm: an invariant, or what its file expects. */
export class SwarmFailedError extends FlexswarmError<
  'swarm-failed',
  { seed: number; faults: readonly string[]; trace: readonly string[] }
> {
  constructor({ swarm, seed, faults }: SwarmReport, trace: readonly string[]) {
    const events = trace.length === 0 ? '' : `\nThe last events:\n${trace.join('\n')}`
    super(
      'swarm-failed',
      `${swarm} (seed ${seed}): ${faults.join('; ')}${events}`,
      'Run it again with the same --seed and --trace 100 to see what led to it.',
      { seed, faults, trace },
    )
  }
}
