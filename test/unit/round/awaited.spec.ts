import { deepEqual, equal } from 'node:assert/strict'
import { awaitedPeers } from '../../../src/round/partition/awaited.ts'
import { everyPlace } from '../../../src/round/roster/places.ts'
import { cid, type Driven, founder } from './samples.ts'

/** A founder that is finished, on a lineage that has lost dan to a partition and cat by her own wish. */
function withoutTwo(): Driven {
  const peer = founder('ann', { partition: 'continue' })
  const [roster, head] = [peer.state.roster, peer.state.head]
  const entry = { before: head, roster, record: cid('one'), samples: 1, merged: [], left: ['cat'] }
  const here = roster.filter((one) => one.peer === 'ann' || one.peer === 'ben')
  const state = {
    ...peer.state,
    roster: here,
    present: everyPlace(here.length, true),
    finished: 'rounds' as const,
    lineages: { trail: [entry], mergeable: null },
  }
  peer.state = { ...state, awaited: awaitedPeers(state) }
  return peer
}

describe('a peer that is finished under continue', () => {
  it('waits for those whom its lineage has lost, but not for who has left', () =>
    deepEqual(withoutTwo().state.awaited, ['dan']))

  it('is released once they follow its last record', () => {
    const peer = withoutTwo()
    const { federation, head } = peer.state
    const say = (record: string) =>
      peer.hears('dan', { kind: 'head', body: { federation, round: head.round, record } })
    say(cid('another'))
    equal(peer.state.released, false)
    say(head.record)
    equal(peer.state.released, true)
  })

  it('is released too if they are there and go, as who is released does', () => {
    const peer = withoutTwo()
    peer.does({ type: 'peer-gone', peer: 'dan' }, 10)
    equal(peer.state.released, false)
    peer.does(
      { type: 'fetch-failed', reason: 'nobody is there' },
      10 + peer.state.charter.deadlines.minimumMs,
    )
    equal(peer.state.released, true)
  })
})
