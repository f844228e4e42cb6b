import { deepEqual } from 'node:assert/strict'
import { encodeGossip } from '../../../src/node/gossip-codec.ts'
import type { PeerPorts } from '../../../src/node/peer-context.ts'
import { peerWork } from '../../../src/node/peer-work.ts'
import { networkWith } from '../../../src/processes/network-with.ts'
import type { Moment } from '../../../src/processes/swarm-peer-event.ts'
import { askingPeer } from '../../../src/processes/work/asking-peer.ts'
import type { Draft } from '../../../src/round/message/message.ts'
import { encodeMessage } from '../../../src/round/message/message-codec.ts'
import { seal } from '../../../src/round/message/seal.ts'
import { absentNetwork } from '../../../src/swarm/work/absent-network.ts'
import { charterOf, collected, leadingFounder, PEERS } from '../round/samples.ts'

/** An aggregator among ann, ben, cat and dan, with what gets out of it. */
function aggregator(moments: readonly Moment[]) {
  const driven = leadingFounder(true)
  const { self } = driven.state
  const others = PEERS.filter((peer) => peer !== self)
  const out: string[] = []
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  const network = networkWith(absentNetwork(self), {
    publish: async (_kind, payload) => void out.push(`all ${payload.length}`),
    request: async (peer, _name, body) => {
      out.push(`${peer} ${body.length}`)
      return { ok: true, value: new Uint8Array() }
    },
  })
  const ports = { network, charter: charterOf() } as PeerPorts
  const firstHalf = others.slice(0, 2)
  const peer = askingPeer({ ports, work: peerWork }, { moments, firstHalf }, (moment) => {
    out.push(moment)
    asked.resolve()
    return answer.promise
  })
  const bytesOf = (draft: Draft) => {
    const message = encodeMessage(seal(draft, self, new Uint8Array(64)))
    return encodeGossip({ message, attachment: null })
  }
  const record = collected(driven).record(0)
  return {
    firstHalf,
    out,
    asked: asked.promise,
    goOn: answer.resolve,
    publish: (draft: Draft) => peer.ports.network.publish('round', bytesOf(draft)),
    proposal: driven.proposal(0, record),
    vote: driven.vote(0, 'prevote', null),
    bytesOf,
  }
}

describe('an aggregator that may die during its sending', () => {
  it('asks when one half has its proposal, and until the answer nobody hears more of it', async () => {
    const { firstHalf, out, asked, goOn, publish, proposal, vote, bytesOf } = aggregator(['during'])
    const [size, voteSize] = [proposal, vote].map((draft) => bytesOf(draft).length)
    const published = [publish(proposal), publish(vote)]
    await asked
    const before = [...firstHalf.map((peer) => `${peer} ${size}`), 'during']
    deepEqual(out, before)
    goOn()
    await Promise.all(published)
    deepEqual(out.toSorted(), [...before, `all ${size}`, `all ${voteSize}`].toSorted())
  })

  it('asks once for a proposal, however often that is said', async () => {
    const { out, goOn, publish, proposal } = aggregator(['during', 'after'])
    goOn()
    await publish(proposal)
    await publish(proposal)
    deepEqual(
      out.filter((what) => what === 'during' || what === 'after'),
      ['during', 'after'],
    )
  })
})
