import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict'
import { QUIET_NETWORK } from '../../../src/swarm/network/network-profile.ts'
import { reportSvg } from '../../../src/swarm/report/report-svg.ts'
import { reportCsv, swarmReport } from '../../../src/swarm/report/swarm-report.ts'
import { runScript } from '../../../src/swarm/run-script.ts'
import type { Script } from '../../../src/swarm/script/script.ts'

const PEER = { rank: 8, samples: 100, trainMs: [200, 400], joinsAtMs: null, lie: null } as const

const script = (changes: Partial<Script>): Script => ({
  name: 'test',
  seed: 7,
  peers: [PEER, PEER, PEER, PEER],
  charter: { rounds: 3 },
  network: QUIET_NETWORK,
  training: 'none',
  happenings: [],
  calmAtMs: 0,
  patienceMs: 600_000,
  ...changes,
})

describe('a simulated swarm', () => {
  it('gives the same run for the same seed, and another for another', async () => {
    const [one, other, third] = await Promise.all([
      runScript(script({}), { traceLines: 10_000 }),
      runScript(script({})),
      runScript(script({ seed: 8 })),
    ])
    deepEqual(one, other)
    notDeepEqual(one.rounds, third.rounds)
    equal(one.failure, null)
  })

  it('learns the toy with the node’s own training, aggregation and verification', async () => {
    const toy = script({ training: 'toy', charter: { rounds: 5, faults: 'byzantine' } })
    const { failure, rounds } = await runScript(toy)
    equal(failure, null)
    ok((rounds.at(-1)?.loss ?? 1) < 0.3, `${rounds.at(-1)?.loss}`)
  })

  it('certifies nothing of an aggregator that drops the leading direction, and names it', async () => {
    const liar = { ...PEER, lie: 'dropped-direction' } as const
    const toy = script({
      training: 'toy',
      charter: { rounds: 4, faults: 'byzantine' },
      peers: [PEER, PEER, PEER, liar],
    })
    const { failure, rounds, lies } = await runScript(toy)
    equal(failure, null)
    ok(rounds.every(({ aggregator }) => aggregator !== 'peer0003'))
    ok(Object.keys(lies).some((text) => text.startsWith('peer0003 is accused')))
  })

  it('shows who is up, and tells what befalls them, to whoever looks on', async () => {
    const happenings = [
      { type: 'crash', atMs: 300, peer: 1, forMs: 3_000 },
      { type: 'hang', atMs: 400, peer: 2, forMs: 4_000 },
    ] as const
    const notes: string[] = []
    const seen = new Set<string>()
    const watched = script({ peers: Array(7).fill(PEER), charter: { rounds: 8 }, happenings })
    const { failure } = await runScript(watched, {
      onNote: (text) => notes.push(text.trim()),
      onGlance: (glance) => {
        for (const { name, condition } of glance().peers) seen.add(`${name} ${condition}`)
      },
    })
    equal(failure, null)
    deepEqual(
      notes.map((text) => text.replace(/ +/g, ' ')),
      ['0.3 s peer0001 crashes', '0.4 s peer0002 hangs for 4.0 s', '3.3 s peer0001 is back with 0 records'],
    )
    ok(['peer0000 up', 'peer0001 killed', 'peer0001 up', 'peer0002 stopped'].every((one) => seen.has(one)))
  })

  it('says so, with the last events, when a quorum is gone for good', async () => {
    const dead = [0, 1, 2].map((peer) => ({ type: 'crash', atMs: 100, peer, forMs: null }) as const)
    const { failure } = await runScript(script({ happenings: dead, patienceMs: 20_000 }), { traceLines: 5 })
    equal(failure?.invariant, 'progress')
    equal(failure?.trace.length, 5)
  })

  it('is reported as a table and as curves', async () => {
    const report = swarmReport({ ...(await runScript(script({}))), time: 'virtual', lastedMs: 1_000 }, [])
    const lines = reportCsv(report).trim().split('\n')
    equal(lines.length, 4)
    ok(lines.every((line) => line.split(',').length === 10))
    const svg = reportSvg(report)
    ok(svg.startsWith('<svg '))
    const curves = svg.match(/<polyline /g)?.length
    equal(svg.match(/>round<\/text>/g)?.length, curves)
    for (const { round } of report.rounds)
      equal(svg.match(new RegExp(`"middle">${round}</text>`, 'g'))?.length, curves)
    equal(report.exclusions['silent'], undefined)
    deepEqual(report.faults, [])
  })
})
