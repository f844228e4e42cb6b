import { FlexswarmError } from '../../base/flexswarm-error.ts'
import type { SwarmReport } from '../../swarm/report/swarm-report.ts'

const NEXT_STEP: Readonly<Record<SwarmReport['time'], string>> = {
  virtual: 'Run it again with the same --seed and --trace 100 to see what led to it.',
  real: 'Read what each process told in peers/*.jsonl of the run’s directory, and let `flexswarm verify` check it.',
}

/** Something broke in a swarm: an invariant, or what its file expects. */
export class SwarmFailedError extends FlexswarmError<
  'SWARM_FAILED',
  { seed: number; faults: readonly string[]; trace: readonly string[] }
> {
  constructor({ swarm, seed, time, faults }: SwarmReport, trace: readonly string[]) {
    const events = trace.length === 0 ? '' : `\nThe last events:\n${trace.join('\n')}`
    super('SWARM_FAILED', `${swarm} (seed ${seed}): ${faults.join('; ')}${events}`, NEXT_STEP[time], {
      seed,
      faults,
      trace,
    })
  }
}
