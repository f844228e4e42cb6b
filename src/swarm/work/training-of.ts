import { FlexswarmError } from '../../base/flexswarm-error.ts'
import type { Script } from '../script/script.ts'
import { noTraining } from './no-training.ts'
import { toyTraining } from './toy-training.ts'

/** A swarm that trains a real model cannot be simulated: its training takes real time. */
class NeedsProcessesError extends FlexswarmError<'SWARM_NEEDS_PROCESSES', { swarm: string }> {
  constructor(swarm: string) {
    super(
      'SWARM_NEEDS_PROCESSES',
      `${swarm} trains a real model, which virtual peers cannot.`,
      'Run it with --real, or write `training: toy`.',
      { swarm },
    )
  }
}

/** What virtual peers work on. */
export type Training = typeof noTraining

/** @throws {NeedsProcessesError} */
export function trainingOf({ name, training }: Pick<Script, 'name' | 'training'>): Training {
  if (training === 'exact') throw new NeedsProcessesError(name)
  return training === 'toy' ? toyTraining : noTraining
}
