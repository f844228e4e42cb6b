import { deepEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import { DueQueue } from '../../../src/swarm/world/due-queue.ts'

const byTime = (one: { atMs: number; order: number }, other: { atMs: number; order: number }) =>
  one.atMs - other.atMs || one.order - other.order

describe('the queue of what is due', () => {
  it('gives back whatever was put in by time, and by order of planning at the same time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new DueQueue()
        const dues = times.map((atMs, order) => ({ atMs, order, run: () => {} }))
        for (const { atMs, run } of dues) queue.push(atMs, run)
        for (const { atMs, run } of dues.toSorted(byTime)) {
          equal(queue.nextMs, atMs)
          equal(queue.pop(), run)
        }
        deepEqual([queue.nextMs, queue.pop()], [undefined, undefined])
      }),
    )
  })

  it('takes more in while it gives out, and more than it began with room for', () => {
    const queue = new DueQueue()
    const waiting: { atMs: number; order: number; run: () => void }[] = []
    for (let order = 0; order < 6_000; order++) {
      const due = { atMs: (order * 7_919) % 1_009, order, run: () => {} }
      waiting.push(due)
      queue.push(due.atMs, due.run)
      if (order % 4 !== 3) continue
      const first = waiting.reduce((one, other) => (byTime(other, one) < 0 ? other : one))
      equal(queue.pop(), first.run)
      waiting.splice(waiting.indexOf(first), 1)
    }
    for (const { run } of waiting.sort(byTime)) equal(queue.pop(), run)
  })
})
