import { equal, ok } from 'node:assert/strict'
import type { LieName } from '../../../src/swarm/lies/lie.ts'
import { QUIET_NETWORK } from '../../../src/swarm/network/network-profile.ts'
import { runScript } from '../../../src/swarm/run-script.ts'
import type { Script } from '../../../src/swarm/script/script.ts'

const PEER = { rank: 8, samples: 100, trainMs: [200, 400], joinsAtMs: null, lie: null } as const
const LIAR = 'peer0000'

/** One liar among as many honest peers. */
const swarmWith = (lie: LieName, honest: number, changes: Partial<Script> = {}): Script => ({
  name: 'test',
  seed: 7,
  peers: [{ ...PEER, lie }, ...new Array(honest).fill(PEER)],
  network: QUIET_NETWORK,
  training: 'none',
  happenings: [],
  calmAtMs: 0,
  patienceMs: 600_000,
  ...changes,
  charter: {
    rounds: 2 * (honest + 1),
    faults: 'byzantine',
    // A norm rule needs whole bodies: nobody would draw.
    contributions: { norm: { rule: 'none', factor: 10 } },
    ...changes.charter,
  },
})

/** Runs it: nothing breaks, the liar's turn certifies nothing, and it is accused for this reason. */
async function isNamed(script: Script, reason: string): Promise<void> {
  const { failure, rounds, lies } = await runScript(script)
  equal(failure, null)
  ok(rounds.every(({ aggregator }) => aggregator !== LIAR))
  const accusations = Object.keys(lies).filter((text) => text.startsWith(`${LIAR} is accused`))
  ok(
    accusations.some((text) => text.includes(reason)),
    accusations.join('\n'),
  )
}

describe('an aggregator that', () => {
  it('lists contributions in another order certifies nothing, and is named', () =>
    isNamed(swarmWith('swapped-order', 3), 'its peers are not in order'))

  it('swaps directions certifies nothing, though the sum is right, and is named', () =>
    isNamed(
      swarmWith('swapped-directions', 3, { training: 'toy', charter: { rounds: 4 } }),
      'is out of order',
    ))

  it('falsifies one module certifies nothing, and is named', () =>
    isNamed(
      swarmWith('one-module', 3, { training: 'toy', charter: { rounds: 4 } }),
      'it differs from the mean',
    ))

  for (const seed of [1, 2, 3, 4, 5]) {
    it(`falsifies one module of sixteen, of which each voter draws four, certifies nothing (seed ${seed})`, async () => {
      const verification = { sampledModules: 4, aboveBytes: 0, graceMs: 500 }
      const script = swarmWith('one-module', 12, { seed, charter: { rounds: 16, verification } })
      await isNamed(script, 'it is not the aggregate')
    })
  }
})

describe('a peer that complains of everything', () => {
  const complaining = (
    verification: 'all' | { sampledModules: number; aboveBytes: number; graceMs: number },
  ) => swarmWith('false-complaints', 6, { charter: { rounds: 14, verification } })

  it('stops no round, and costs no failover', async () => {
    for (const verification of ['all', { sampledModules: 4, aboveBytes: 0, graceMs: 200 }] as const) {
      const { failure, rounds } = await runScript(complaining(verification))
      equal(failure, null)
      equal(rounds.length, 14)
      ok(rounds.every(({ failovers }) => failovers === 0))
    }
  })

  it('has one of its complaints looked into in a round, by each voter', async () => {
    const { lies, rounds } = await runScript(complaining('all'))
    const looked = Object.entries(lies)
      .filter(([text]) => text.includes('complaint') && text.includes('holds'))
      .reduce((sum, [, count]) => sum + count, 0)
    ok(looked > 0 && looked <= 6 * rounds.length, `${looked} checks in ${rounds.length} rounds`)
  })
})
