import { deepEqual, equal, ok } from 'node:assert/strict'
import { dealKinds } from '../../../scripts/demo-data/deal-kinds.ts'
import { demoExamples } from '../../../scripts/demo-data/demo-examples.ts'
import { DEMO_KINDS, DEMO_PEERS } from '../../../scripts/demo-data/demo-peers.ts'

describe('the demo’s data', () => {
  it('gives every kind its share, and the main ones more', () => {
    deepEqual(
      [...dealKinds(['a', 'b', 'c', 'd'], ['b'], 16, 0.5)],
      [
        ['a', 2],
        ['b', 10],
        ['c', 2],
        ['d', 2],
      ],
    )
  })

  it('deals exactly as many examples as asked for', () => {
    for (let total = 1; total < 40; total++) {
      const counts = [...dealKinds(['a', 'b', 'c'], ['a', 'c'], total, 0.6).values()]
      equal(
        counts.reduce((sum, count) => sum + count, 0),
        total,
      )
    }
  })

  it('shares every kind among all peers, in different proportions', () => {
    const train = demoExamples('train', 64, 1)
    for (const { name, mainKinds } of DEMO_PEERS) {
      const own = Map.groupBy(train.get(name) ?? [], ({ kind }) => kind)
      deepEqual([...own.keys()].sort(), [...DEMO_KINDS].sort())
      const most = [...own].sort(([, one], [, other]) => other.length - one.length).map(([kind]) => kind)
      deepEqual(most.slice(0, mainKinds.length).sort(), [...mainKinds].sort())
    }
  })

  it('never tests on what any peer trains on', () => {
    const key = ({ kind, input }: { kind: string; input: string }) => `${kind}/${input}`
    const trained = new Set([...demoExamples('train', 64, 1).values()].flat().map(key))
    const tested = [...demoExamples('test', 64, 1).values()].flat().map(key)
    equal(tested.length, 64 * DEMO_PEERS.length)
    equal(new Set(tested).size, tested.length)
    ok(tested.every((one) => !trained.has(one)))
  })
})
