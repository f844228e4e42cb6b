import { createHash } from 'node:crypto'
import type { Random } from '../../src/base/random.ts'
import type { TaskInstance, TaskKind } from './task-kind.ts'

/** Which half of all instances: an input belongs to one of them for good, whatever the seed. */
export type Side = 'train' | 'test'

/** One input in so many belongs to the test side. */
const TEST_SHARE = 6

/** The side that an input belongs to, by hash: so train and test share no example. */
export function sideOf(kind: TaskKind, input: string): Side {
  const digest = createHash('sha256').update(`${kind.name}\n${input}`).digest()
  return digest.readUInt32BE(0) % TEST_SHARE === 0 ? 'test' : 'train'
}

/** An instance of the kind on that side. */
export function sampleTask(kind: TaskKind, side: Side, random: Random): TaskInstance {
  for (;;) {
    const instance = kind.sample(random)
    if (sideOf(kind, instance.input) === side) return instance
  }
}

/** Different instances of the kind on that side, as many as asked for if there are so many. */
export function sampleDifferent(kind: TaskKind, side: Side, count: number, random: Random): TaskInstance[] {
  const found = new Map<string, TaskInstance>()
  for (let tries = 0; found.size < count && tries < 100 * count; tries++) {
    const instance = sampleTask(kind, side, random)
    if (!found.has(instance.input)) found.set(instance.input, instance)
  }
  return [...found.values()]
}
