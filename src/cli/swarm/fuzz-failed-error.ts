import { FlexswarmError } from '../../base/flexswarm-error.ts'
import type { FuzzFailure } from '../../swarm/fuzz/fuzz.ts'

/** A random swarm broke an invariant. */
export class FuzzFailedError extends FlexswarmError<
  'SWARM_FUZZ_FAILED',
  { failures: readonly FuzzFailure[] }
> {
  constructor(failures: readonly FuzzFailure[]) {
    super(
      'SWARM_FUZZ_FAILED',
      failures.map(describeFailure).join('\n\n'),
      'Run `flexswarm swarm fuzz --from SEED --seeds 1` to see it again; the same seed breaks the same way.',
      { failures },
    )
  }
}

/** The seed, the shortest script found, and the last events. */
function describeFailure({ seed, failure, smallest, shortest }: FuzzFailure): string {
  const liars = smallest.peers.flatMap(({ lie }, at) => (lie === null ? [] : [`peer ${at} lies: ${lie}`]))
  const happenings = smallest.happenings.map((happening) => JSON.stringify(happening))
  return [
    `seed ${seed}: ${failure.message}`,
    `shortest script found: ${smallest.peers.length} peers, ${smallest.charter.rounds} rounds, ${smallest.charter.faults}, network ${JSON.stringify(smallest.network)}`,
    ...[...liars, ...happenings].map((line) => `  ${line}`),
    `it breaks: ${shortest.message}`,
    'the last events:',
    ...shortest.trace.map((line) => `  ${line}`),
  ].join('\n')
}
