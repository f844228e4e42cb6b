import { equal, ok } from 'node:assert/strict'
import { Simulation } from './simulation.ts'

const SECONDS = 1_000

/** Runs four peers of which one dies just before its n-th effect, and answers how many effects it got to. */
function runWithDeath(victim: number, fatal: number, comesBack: boolean): number {
  const world = new Simulation({
    seed: victim,
    peers: 4,
    charter: { rounds: 3 },
    dies: (peer) => {
      if (peer.at !== victim || peer.effectsDone !== fatal) return false
      if (comesBack) peer.world.after(700, () => peer.boot())
      peer.effectsDone++
      return true
    },
  }).start()
  const done = () =>
    world.peers.every((peer) => (peer.alive ? peer.finished : !comesBack && peer.at === victim))
  world.runUntil(done, 90 * SECONDS)
  world.checkAgreement()
  for (const peer of world.alive) equal(peer.disk.records.length, 3, `${peer.name} after ${fatal} effects`)
  return world.peers[victim]?.effectsDone ?? 0
}

describe('one of four peers, dying just before any of its effects', () => {
  for (const comesBack of [false, true])
    it(`${comesBack ? 'and coming back' : 'for good'}, keeps nobody from finishing every round`, () => {
      for (let victim = 0; victim < 4; victim++) {
        const whole = runWithDeath(victim, -1, false)
        ok(whole > 60)
        for (let fatal = 0; fatal < whole; fatal++) runWithDeath(victim, fatal, comesBack)
      }
    }).timeout(300_000)
})
