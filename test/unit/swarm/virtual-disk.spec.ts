import { deepEqual, equal, ok } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import type { Kept } from '../../../src/round/resume-machine.ts'
import { VirtualDisk } from '../../../src/swarm/disk/virtual-disk.ts'
import { signDraft } from '../../../src/swarm/signing/keyed-hash.ts'
import { World } from '../../../src/swarm/world/world.ts'

function vote(view: number): Kept {
  const body = { federation: 'f', round: 1, view, step: 'prevote', value: null } as const
  return { message: signDraft({ kind: 'vote', body }, 'peer0001'), proof: null }
}

describe('the virtual disk', () => {
  it('says that a write is durable only once it would outlive a crash', async () => {
    const world = new World()
    const disk = new VirtualDisk(world, random('disk'))
    const kept = vote(0)
    let durable = false
    disk.write({ type: 'own', kept }, () => {
      durable = disk.isDurable(kept.message.signature)
    })
    equal(disk.isDurable(kept.message.signature), false)
    await world.run(() => false, 1_000)
    equal(durable, true)
  })

  it('keeps of unfinished writes the first ones, by chance how many, and calls nobody back', async () => {
    const counts = new Set<number>()
    for (let seed = 0; seed < 50; seed++) {
      const world = new World()
      const disk = new VirtualDisk(world, random('crash', seed))
      const votes = [vote(0), vote(1), vote(2)]
      for (const kept of votes)
        disk.write({ type: 'own', kept }, () => ok(false, 'called back after a crash'))
      disk.crash()
      deepEqual(disk.own, votes.slice(0, disk.own.length))
      counts.add(disk.own.length)
      await world.run(() => false, 1_000)
    }
    deepEqual([...counts].sort(), [0, 1, 2, 3])
  })
})
