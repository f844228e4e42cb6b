import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { aggregatorOf, electionOrder } from '../../../src/round/election/election-order.ts'
import { isCurrentWish } from '../../../src/round/roster/admission.ts'
import { nextRoster, type RosterChange } from '../../../src/round/roster/next-roster.ts'
import { liarsTolerated, quorumOf } from '../../../src/round/roster/quorum.ts'
import type { Roster } from '../../../src/round/roster/roster.ts'
import { votersOf } from '../../../src/round/roster/voters.ts'
import { cid } from './samples.ts'

const rosterOf = (size: number): Roster =>
  Array.from({ length: size }, (_, at) => ({ peer: `p${100 + at}`, since: 1, silent: 0, served: false }))

const nothing: RosterChange = { round: 1, view: 0, exclusions: [], joined: [], left: [] }
const silent = (peer: string) => ({ peer, reason: 'silent', detail: '', announced: null }) as const
const signature = new Uint8Array(1)
const wish = (peer: string) => ({
  joined: [{ peer, signature, body: { federation: cid('f'), round: 0, wish: 'join' as const } }],
})

describe('a quorum', () => {
  it('shares a peer that does not lie with every other quorum', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4096 }), (size) => {
        ok(2 * quorumOf('crash', size) - size >= 1)
        ok(2 * quorumOf('byzantine', size) - size > liarsTolerated('byzantine', size))
        ok(size - liarsTolerated('byzantine', size) >= quorumOf('byzantine', size))
      }),
    ))

  it('is three of four, whatever may go wrong', () => {
    equal(quorumOf('crash', 4), 3)
    equal(quorumOf('byzantine', 4), 3)
    equal(quorumOf('crash', 5), 3)
    equal(quorumOf('byzantine', 7), 5)
  })
})

describe('an election', () => {
  it('orders the whole roster, differently after every record', () => {
    const roster = rosterOf(8)
    const orders = ['a', 'b', 'c'].map((record) => electionOrder(roster, cid(record)))
    for (const order of orders) equal(new Set(order).size, 8)
    equal(new Set(orders.map(String)).size, 3)
  })

  it('makes nobody serve twice before everybody has served', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.string(), (size, seed) => {
        let roster = rosterOf(size)
        const served: string[] = []
        for (let round = 1; round <= 2 * size; round++) {
          const order = electionOrder(roster, cid(`${seed}${round}`))
          served.push(aggregatorOf(order, 0))
          roster = nextRoster(
            { leaseRounds: 3 },
            { roster, order, apart: [], departed: [] },
            { ...nothing, round },
          ).nextRoster
        }
        equal(new Set(served.slice(0, size)).size, size)
        equal(new Set(served.slice(size)).size, size)
      }),
    ))

  it('passes over the silent until everybody else has served', () => {
    const roster = rosterOf(4).map((entry, at) => (at === 2 ? { ...entry, silent: 1 } : entry))
    equal(electionOrder(roster, cid('x')).at(-1), 'p102')
    const allServed = roster.map((entry, at) => (at === 0 ? entry : { ...entry, served: at !== 2 }))
    deepEqual(electionOrder(allServed, cid('x')).slice(0, 2), ['p100', 'p102'])
  })

  it('counts the turn of those that were passed over in the round', () => {
    const roster = rosterOf(4)
    const order = electionOrder(roster, cid('x'))
    const change = { ...nothing, view: 1 }
    const { nextRoster: next } = nextRoster(
      { leaseRounds: 3 },
      { roster, order, apart: [], departed: [] },
      change,
    )
    deepEqual(
      next.filter(({ served }) => served).map(({ peer }) => peer),
      [...order.slice(0, 2)].sort(),
    )
  })
})

describe('the next roster', () => {
  const change = (given: Partial<RosterChange>, roster = rosterOf(3)) => changed(given, roster).nextRoster
  const changed = (given: Partial<RosterChange>, roster: Roster, departed: readonly string[] = []) =>
    nextRoster(
      { leaseRounds: 2 },
      { roster, apart: [], order: electionOrder(roster, cid('x')), departed },
      { ...nothing, ...given },
    )

  it('drops a peer that was silent for as many rounds as its lease has', () => {
    const once = change({ exclusions: [silent('p101')] })
    equal(once.find(({ peer }) => peer === 'p101')?.silent, 1)
    const twice = change({ exclusions: [silent('p101')] }, [...once])
    deepEqual(
      twice.map(({ peer }) => peer),
      ['p100', 'p102'],
    )
  })

  it('forgives a peer that is heard again', () => {
    const once = change({ exclusions: [silent('p101')] })
    equal(change({}, [...once]).find(({ peer }) => peer === 'p101')?.silent, 0)
  })

  it('does not count lateness as silence', () => {
    const late = { peer: 'p101', reason: 'late', detail: '', announced: null } as const
    equal(change({ exclusions: [late] }).find(({ peer }) => peer === 'p101')?.silent, 0)
  })

  it('has who was admitted, in its place, from the next round on', () => {
    const next = change(wish('p1005'))
    deepEqual(
      next.map(({ peer }) => peer),
      ['p100', 'p1005', 'p101', 'p102'],
    )
    equal(next[1]?.since, 2)
  })

  it('has nobody who left', () => {
    const [gone] = wish('p100').joined
    const left = [
      {
        peer: 'p100',
        signature,
        body: { ...gone?.body, federation: cid('f'), round: 0, wish: 'leave' as const },
      },
    ]
    deepEqual(
      change({ left }).map(({ peer }) => peer),
      ['p101', 'p102'],
    )
  })

  it('remembers that a peer which leaves and comes back has had its turn', () => {
    const roster = rosterOf(3)
    const [leaver] = electionOrder(roster, cid('x'))
    const body = { federation: cid('f'), round: 0, wish: 'leave' as const }
    const without = changed({ left: [{ peer: leaver ?? '', signature, body }] }, roster)
    deepEqual(without.departed, [leaver])
    const again = changed(wish(leaver ?? ''), without.nextRoster, without.departed)
    equal(again.nextRoster.find(({ peer }) => peer === leaver)?.served, true)
    deepEqual(again.departed, [])
  })

  it('grants no wish that could have been replayed', () => {
    const body = { federation: cid('f'), round: 5, wish: 'join' } as const
    deepEqual(
      [5, 6, 7, 8].map((head) => isCurrentWish(body, head)),
      [true, true, true, false],
    )
    equal(isCurrentWish(body, 3), false)
  })
})

describe('a committee', () => {
  it('is everybody while the roster is small enough', () =>
    equal(votersOf(rosterOf(64), 64, cid('x')).length, 64))

  it('is drawn anew after every record, and is the same for everybody', () => {
    const roster = rosterOf(200)
    const first = votersOf(roster, 64, cid('x'))
    equal(new Set(first).size, 64)
    deepEqual(first, votersOf([...roster], 64, cid('x')))
    ok(votersOf(roster, 64, cid('y')).some((peer) => !first.includes(peer)))
  })
})
