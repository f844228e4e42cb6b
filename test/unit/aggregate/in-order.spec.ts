import { deepEqual, equal, rejects } from 'node:assert/strict'
import fc from 'fast-check'
import { inOrder } from '../../../src/aggregate/in-order.ts'

/** Work that ends when the test says so. */
function heldWork() {
  const held = new Map<number, PromiseWithResolvers<number>>()
  const work = (item: number): Promise<number> => {
    const deferred = Promise.withResolvers<number>()
    held.set(item, deferred)
    return deferred.promise
  }
  return { held, work }
}

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const result of results) all.push(result)
  return all
}

const settle = () => new Promise(setImmediate)

describe('work in lanes', () => {
  it('yields in the order of the items, whatever ends first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        async (count, lanes, seed) => {
          const items = Array.from({ length: count }, (_, i) => i)
          const turns = (item: number) => ((item * 7919 + seed) % 5) + 1
          let busy = 0
          let most = 0
          const work = async (item: number) => {
            most = Math.max(most, ++busy)
            for (let turn = 0; turn < turns(item); turn++) await Promise.resolve()
            busy--
            return item
          }
          deepEqual(await collect(inOrder(items, work, lanes)), items)
          equal(most, Math.min(count, lanes))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('goes on while the first takes long, but not without bound', async () => {
    const { held, work } = heldWork()
    const all = collect(inOrder([0, 1, 2, 3, 4, 5, 6], work, 2))
    for (const item of [1, 2, 3]) {
      held.get(item)?.resolve(item)
      await settle()
    }
    deepEqual([...held.keys()], [0, 1, 2, 3])
    for (const item of [0, 4, 5, 6]) {
      held.get(item)?.resolve(item)
      await settle()
    }
    deepEqual(await all, [0, 1, 2, 3, 4, 5, 6])
  })

  it('throws a failure once what was started has ended, and starts nothing more', async () => {
    const { held, work } = heldWork()
    let failed = false
    const all = collect(inOrder([0, 1, 2, 3], work, 2))
    const outcome = rejects(all, /no luck/).then(() => {
      failed = true
    })
    held.get(0)?.reject(new Error('no luck'))
    await settle()
    equal(failed, false)
    held.get(1)?.resolve(1)
    await outcome
    deepEqual([...held.keys()], [0, 1])
  })
})
