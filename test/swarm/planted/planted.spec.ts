import { equal, notEqual } from 'node:assert/strict'
import { randomScript } from '../../../src/swarm/fuzz/random-script.ts'
import { runScript } from '../../../src/swarm/run-script.ts'
import { signDraft } from '../../../src/swarm/signing/keyed-hash.ts'
import { loadWithBug } from './plant.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'

interface Simulator {
  readonly runScript: typeof runScript
}

describe('the fuzzer, on a wrong version of the round machine', () => {
  before(() => {
    Object.assign(globalThis, {
      plantedSignature: (draft: Parameters<typeof signDraft>[0], peer: string) =>
        signDraft(draft, peer).signature,
    })
  })

  for (const [number, bug] of PLANTED_BUGS.entries())
    it(`notices by seed ${bug.seed}: ${bug.name}`, async () => {
      const script = { ...randomScript(bug.seed), patienceMs: 120_000 }
      const wrong = await loadWithBug<Simulator>('swarm/run-script.ts', bug, number)
      const { failure } = await wrong.runScript(script)
      notEqual(failure, null)
      equal((await runScript(script)).failure?.message, undefined)
    }).timeout(20_000)
})
