import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import { type Due, DueQueue } from '../../../src/swarm/world/due-queue.ts'

describe('the queue of what is due', () => {
  it('gives back whatever was put in by time, and by order of planning at the same time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new DueQueue()
        const dues = times.map((atMs, order): Due => ({ atMs, order, run: () => {} }))
        for (const due of dues) queue.push(due)
        const out = Array.from(dues, () => queue.pop())
        const sorted = dues.toSorted((one, other) => one.atMs - other.atMs || one.order - other.order)
        deepEqual(out, sorted)
      }),
    )
  })
})
