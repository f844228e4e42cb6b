import { deepEqual, equal, ok } from 'node:assert/strict'
import type { Effect } from '../../../src/round/effect.ts'
import type { SimulatedPeer } from './simulated-peer.ts'
import { Simulation, type SimulationOptions } from './simulation.ts'

const SECONDS = 1_000

/** Five peers; whoever is first elected in round 2 dies for good when `when` says so. */
function firstAggregatorDies(when: (effect: Effect) => boolean, options?: Partial<SimulationOptions>) {
  const dead: SimulatedPeer[] = []
  const world = new Simulation({
    seed: 5,
    peers: 5,
    charter: { rounds: 5, leaseRounds: 2 },
    ...options,
    dies: (peer, effect) => {
      const { state } = peer
      const leads = state?.round === 2 && state.height.order[0] === peer.name
      if (dead.length > 0 || !leads || !when(effect)) return false
      dead.push(peer)
      return true
    },
  }).start()
  world.runUntil(() => dead.length > 0 && world.alive.every(({ finished }) => finished), 120 * SECONDS)
  world.checkAgreement()
  const [victim] = dead as [SimulatedPeer]
  const records = world.alive[0]?.disk.records.map(({ record }) => record) ?? []
  return { world, victim: victim.name, records }
}

const isOwnProposal = (effect: Effect) =>
  effect.type === 'broadcast' && effect.message.kind === 'proposal' && effect.message.body.round === 2

describe('when the aggregator dies', () => {
  it('before publishing, the next in order aggregates in its place', () => {
    const { victim, records } = firstAggregatorDies(({ type }) => type === 'aggregate')
    const second = records[1]
    equal(second?.view, 1)
    ok(second?.aggregator !== victim)
    equal(second?.contributions.length, 5)
  })

  it('having signed but not sent its proposal, the next in order aggregates in its place', () => {
    const { records } = firstAggregatorDies(isOwnProposal)
    equal(records[1]?.view, 1)
  })

  it('having published, its record is certified without it', () => {
    let published = false
    const { victim, records } = firstAggregatorDies((effect) => {
      const before = published
      published ||= isOwnProposal(effect)
      return before
    })
    equal(records[1]?.view, 0)
    equal(records[1]?.aggregator, victim)
  })

  it('is excluded as silent in the rounds that follow, until its lease ends', () => {
    const { victim, records } = firstAggregatorDies(({ type }) => type === 'aggregate')
    const reasons = records.map(({ exclusions }) => exclusions.map(({ peer, reason }) => [peer, reason]))
    deepEqual(reasons, [[], [], [[victim, 'silent']], [[victim, 'silent']], []])
    equal(
      records[3]?.nextRoster.some(({ peer }) => peer === victim),
      false,
    )
    equal(records[4]?.contributions.length, 4)
  })

  it('costs its deadline and a vote, and much less if the network says that it is gone', () => {
    const died = ({ type }: Effect) => type === 'aggregate'
    const timeOf = (world: Simulation) => {
      const told = world.alive[0]?.progress ?? []
      const certified = told.filter((progress) => progress.type === 'certified')
      return certified.find(({ round }) => round === 2)?.afterMs ?? 0
    }
    const silently = firstAggregatorDies(died)
    const hinted = firstAggregatorDies((effect) => died(effect), { hints: true })
    const { viewMs, voteMs } = silently.world.charter.deadlines
    ok(timeOf(silently.world) < 700 + viewMs + 3 * voteMs + 700)
    ok(timeOf(hinted.world) < timeOf(silently.world) - viewMs / 2)
  })
})
