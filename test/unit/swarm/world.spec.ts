import { deepEqual, equal } from 'node:assert/strict'
import { World } from '../../../src/swarm/world/world.ts'

describe('virtual time', () => {
  it('stands still while something happens, and jumps to what is due next', async () => {
    const world = new World()
    const seen: number[] = []
    world.after(1_000, () => {
      seen.push(world.nowMs)
      world.after(0, () => void seen.push(world.nowMs))
    })
    world.after(3_600_000, () => void seen.push(world.nowMs))
    equal(await world.run(() => false, Number.POSITIVE_INFINITY), false)
    deepEqual(seen, [1_000, 1_000, 3_600_000])
  })

  it('waits for work before anything else happens', async () => {
    const world = new World()
    const seen: string[] = []
    world.after(1, async () => {
      await Promise.resolve()
      seen.push('work')
    })
    world.after(1, () => void seen.push('next'))
    await world.run(() => false, 10)
    deepEqual(seen, ['work', 'next'])
  })

  it('ends at its limit with what is due later undone', async () => {
    const world = new World()
    let ran = false
    world.after(11, () => {
      ran = true
    })
    equal(await world.run(() => ran, 10), false)
    equal(ran, false)
  })
})
