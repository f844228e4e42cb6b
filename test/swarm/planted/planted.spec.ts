import { fail } from 'node:assert/strict'
import { randomScript } from '../../../src/swarm/fuzz/random-script.ts'
import { runScript } from '../../../src/swarm/run-script.ts'
import { signDraft } from '../../../src/swarm/signing/keyed-hash.ts'
import { loadWithBug } from './plant.ts'
import { PLANTED_BUGS } from './planted-bugs.ts'

interface Simulator {
  readonly runScript: typeof runScript
}

const MOST_SEEDS = 2_000

describe('the fuzzer, on a wrong version of the round machine', () => {
  before(() => {
    Object.assign(globalThis, {
      plantedSignature: (draft: Parameters<typeof signDraft>[0], peer: string) =>
        signDraft(draft, peer).signature,
    })
  })

  for (const [number, bug] of PLANTED_BUGS.entries())
    it(`notices within ${MOST_SEEDS} seeds: ${bug.name}`, async () => {
      const wrong = await loadWithBug<Simulator>('swarm/run-script.ts', bug, number)
      for (const seed of seedsFrom(bug.seed)) {
        const script = { ...randomScript(seed), patienceMs: 120_000 }
        if ((await wrong.runScript(script)).failure === null) continue
        // With so little patience a large swarm may be too slow even where nothing is wrong.
        if ((await runScript(script)).failure === null) return
      }
      fail(`no seed below ${MOST_SEEDS} shows it`)
    }).timeout(600_000)
})

/** The seed that showed it last, then all others: any change of the simulator may move what a seed means. */
function* seedsFrom(known: number): Generator<number> {
  yield known
  for (let seed = 0; seed < MOST_SEEDS; seed++) if (seed !== known) yield seed
}
