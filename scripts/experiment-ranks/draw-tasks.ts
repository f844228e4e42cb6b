import { random, shuffled } from '../../src/base/random.ts'
import type { Example } from '../../src/train/data/example.ts'
import { renderTask } from '../pretrain/render-task.ts'
import { type Side, sampleDifferent } from '../tasks/sample-task.ts'
import type { TaskKind } from '../tasks/task-kind.ts'
import { composedKinds } from './composed-kinds.ts'
import type { Settings } from './settings.ts'

/** What the federation of a seed is about. */
export interface DrawnTasks {
  /** One kind for every peer, each another. */
  readonly own: readonly TaskKind[]
  /** Kinds that no peer has. */
  readonly unseen: readonly TaskKind[]
}

/** Different kinds for peers and for the test on unseen ones, by the seed; pretraining had none of them. */
export function drawTasks({ peers, unseenTasks }: Settings, seed: string): DrawnTasks {
  const kinds = shuffled(composedKinds, random('experiment-ranks', seed, 'tasks'))
  return { unseen: kinds.slice(0, unseenTasks), own: kinds.slice(unseenTasks, unseenTasks + peers) }
}

/** Examples of a kind, as many as there are up to `count`; those of the two sides have nothing in common. */
export function drawExamples(kind: TaskKind, side: Side, count: number, seed: string): Example[] {
  const [definition] = kind.definitions
  return sampleDifferent(kind, side, count, random('experiment-ranks', seed, side, kind.name)).map(
    (instance) => renderTask(definition, instance, 'natural'),
  )
}
