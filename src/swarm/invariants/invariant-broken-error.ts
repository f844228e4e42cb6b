import { FlexswarmError } from '../../base/flexswarm-error.ts'

export type InvariantName =
  | 'agreement'
  | 'validity'
  | 'integrity'
  | 'durability'
  | 'no-double-vote'
  | 'lock'
  | 'rotation'
  | 'bounded-memory'
  | 'progress'
  | 'no-false-accusation'

/** Something happened in a simulated swarm that must never happen. */
export class InvariantBrokenError extends FlexswarmError<
  'SWARM_INVARIANT_BROKEN',
  { invariant: InvariantName; atMs: number; seed: number }
> {
  constructor(invariant: InvariantName, detail: string, atMs: number, seed: number) {
    super(
      'SWARM_INVARIANT_BROKEN',
      `${invariant}: ${detail} (seed ${seed}, ${(atMs / 1_000).toFixed(3)} s)`,
      'Run the seed again with --trace to see the last events before it.',
      { invariant, atMs, seed },
    )
  }
}
