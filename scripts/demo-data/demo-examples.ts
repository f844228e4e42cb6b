import { random, shuffled } from '../../src/base/random.ts'
import { heldOutKinds } from '../tasks/held-out-kinds.ts'
import { type Side, sampleDifferent } from '../tasks/sample-task.ts'
import type { TaskKind } from '../tasks/task-kind.ts'
import { dealKinds } from './deal-kinds.ts'
import { DEMO_KINDS, DEMO_PEERS, MAIN_SHARE } from './demo-peers.ts'
import type { DemoExample } from './format-examples.ts'

/** Every peer's examples of one side, by its name. No two peers share an example where a kind has enough of them. */
export function demoExamples(side: Side, perPeer: number, seed: number): Map<string, DemoExample[]> {
  const supplies = new Map(
    DEMO_KINDS.map((name) => [name as string, supply(kindOf(name), side, perPeer, seed)]),
  )
  return new Map(
    DEMO_PEERS.map(({ name, mainKinds }) => {
      const counts = dealKinds(DEMO_KINDS, mainKinds, perPeer, MAIN_SHARE)
      const examples = [...counts].flatMap(([kind, count]) => supplies.get(kind)?.splice(0, count) ?? [])
      return [name, shuffled(examples, random('demo', side, seed, name))] as const
    }),
  )
}

function kindOf(name: string): TaskKind {
  const kind = heldOutKinds.find((candidate) => candidate.name === name)
  if (kind === undefined) throw new RangeError(`no held-out kind is called ${name}`)
  return kind
}

/** Enough examples of a kind for all peers. */
function supply(kind: TaskKind, side: Side, perPeer: number, seed: number): DemoExample[] {
  const wanted = perPeer * DEMO_PEERS.length
  const [definition] = kind.definitions
  return sampleDifferent(kind, side, wanted, random('demo', side, seed, kind.name)).map((instance) => ({
    ...instance,
    kind: kind.name,
    definition,
  }))
}
