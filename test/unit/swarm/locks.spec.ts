import { equal, match } from 'node:assert/strict'
import type { SignedVote, VoteStep } from '../../../src/round/message/vote.ts'
import { Locks } from '../../../src/swarm/invariants/locks.ts'
import { QUIET_NETWORK } from '../../../src/swarm/network/network-profile.ts'
import { charterOf, peerName } from '../../../src/swarm/script/charter-of.ts'

const PEER = { rank: 8, samples: 100, trainMs: [200, 400], joinsAtMs: null, lie: null } as const
const PEERS = [0, 1, 2, 3]
const LIAR = peerName(3)

/** Four voters, of whom the last lies: three are a quorum, so two honest prevotes may be one. */
const locksOfFour = (): Locks => {
  const charter = charterOf({
    name: 'locks',
    seed: 1,
    peers: PEERS.map(() => PEER),
    charter: { faults: 'byzantine' },
    network: QUIET_NETWORK,
    training: 'none',
    happenings: [],
    calmAtMs: 0,
    patienceMs: 0,
  })
  return new Locks(charter, (peer) => peer !== LIAR)
}

const vote = (peer: number, view: number, step: VoteStep, value: string | null): SignedVote => ({
  kind: 'vote',
  peer: peerName(peer),
  body: { federation: 'f', round: 1, view, step, value },
  signature: new Uint8Array(1),
})

/** Peers 0 and 1 prevote `a` in view 0, the liar perhaps, and peer 0 precommits it. */
const lockedOnA = (): Locks => {
  const locks = locksOfFour()
  for (const said of [vote(0, 0, 'prevote', 'a'), vote(1, 0, 'prevote', 'a'), vote(0, 0, 'precommit', 'a')])
    equal(locks.note(said), null)
  return locks
}

describe('a peer that has precommitted a record', () => {
  it('may prevote it again, or nil', () => {
    const locks = lockedOnA()
    equal(locks.note(vote(0, 1, 'prevote', null)), null)
    equal(locks.note(vote(0, 2, 'prevote', 'a')), null)
  })

  it('must not prevote another one that no quorum has prevoted since', () => {
    const locks = lockedOnA()
    equal(locks.note(vote(2, 0, 'prevote', 'b')), null)
    match(String(locks.note(vote(0, 1, 'prevote', 'b'))), /precommitted one record in view 0/)
  })

  it('may prevote another one that a quorum has prevoted since, liars counted', () => {
    const locks = lockedOnA()
    for (const peer of [1, 2]) equal(locks.note(vote(peer, 1, 'prevote', 'b')), null)
    equal(locks.note(vote(0, 2, 'prevote', 'b')), null)
  })

  it('must not go by prevotes of the very view in which it votes', () => {
    const locks = lockedOnA()
    for (const peer of [1, 2]) equal(locks.note(vote(peer, 1, 'prevote', 'b')), null)
    match(String(locks.note(vote(0, 1, 'prevote', 'b'))), /without a proof/)
  })

  it('is bound by its latest precommit', () => {
    const locks = lockedOnA()
    for (const peer of [1, 2]) equal(locks.note(vote(peer, 1, 'prevote', 'b')), null)
    equal(locks.note(vote(0, 1, 'precommit', 'b')), null)
    equal(locks.note(vote(0, 2, 'prevote', 'b')), null)
    match(String(locks.note(vote(0, 3, 'prevote', 'a'))), /in view 1 and prevotes another in view 3/)
  })
})

describe('a peer that precommits a record', () => {
  it('needs a quorum of prevotes for it in that view', () => {
    const locks = locksOfFour()
    equal(locks.note(vote(0, 0, 'prevote', 'a')), null)
    match(String(locks.note(vote(0, 0, 'precommit', 'a'))), /no quorum has prevoted/)
  })

  it('needs none to precommit nil', () => equal(locksOfFour().note(vote(0, 0, 'precommit', null)), null))
})
