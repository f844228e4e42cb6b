import { ok } from 'node:assert/strict'
import { AgreementWorld } from './agreement-world.ts'

const SCHEDULES = 500
const MOVES = 1_500

describe('the agreement under adversarial schedules', () => {
  for (const faults of ['crash', 'byzantine'] as const)
    it(`never decides two values for one height while ${faults === 'crash' ? 'peers crash' : 'a third of the peers lie'}`, () => {
      let decided = 0
      for (let seed = 0; seed < SCHEDULES; seed++) {
        const world = new AgreementWorld(seed, faults)
        for (let move = 0; move < MOVES; move++) world.move()
        decided += world.decisions.size
      }
      ok(decided > SCHEDULES / 5, `only ${decided} of ${SCHEDULES} schedules decided anything`)
    }).timeout(300_000)
})
