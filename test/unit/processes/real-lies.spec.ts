import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import type { NetworkMessage, RequestHandler, Verdict } from '../../../src/network/network.ts'
import { decodeWhole, encodeGossip } from '../../../src/node/gossip-codec.ts'
import type { PeerPorts } from '../../../src/node/peer-context.ts'
import { peerWork } from '../../../src/node/peer-work.ts'
import { decodeRecordsAnswer, encodeRecordsAnswer } from '../../../src/node/record-messages.ts'
import { liarOf, type RealLieName } from '../../../src/processes/lies/real-lies.ts'
import { networkWith } from '../../../src/processes/network-with.ts'
import type { Draft, Message } from '../../../src/round/message/message.ts'
import { decodeMessage, encodeMessage } from '../../../src/round/message/message-codec.ts'
import { seal } from '../../../src/round/message/seal.ts'
import type { CertifiedRecord } from '../../../src/round/record/certificate.ts'
import { decodeCertifiedRecord, encodeCertifiedRecord } from '../../../src/round/record/record-codec.ts'
import { recordId } from '../../../src/round/record/record-id.ts'
import { absentNetwork } from '../../../src/swarm/work/absent-network.ts'
import { charterOf, collected, leadingFounder, PEERS } from '../round/samples.ts'

const SIGNATURE = new Uint8Array(64).fill(9)
const BODY = Uint8Array.of(1, 2, 3)
const { maxPeers } = charterOf()

/** A liar among ann, ben, cat and dan: what it is given to say and to hear, and what gets out of it. */
function liar(lie: RealLieName) {
  const driven = leadingFounder(true)
  const { self } = driven.state
  const [other = ''] = PEERS.filter((peer) => peer !== self)
  const out: Message[] = []
  const attachments: (Uint8Array | null)[] = []
  let judge: (message: NetworkMessage) => Verdict | Promise<Verdict> = () => 'reject'
  let serve: RequestHandler = async () => ({ ok: false, reason: 'nobody' })
  const network = networkWith(absentNetwork(self), {
    peers: () => PEERS.filter((peer) => peer !== self),
    sign: () => SIGNATURE,
    publish: async (_kind, payload) => {
      const envelope = decodeWhole(payload)
      const message = envelope.ok ? decodeMessage(envelope.value.message, maxPeers) : envelope
      if (!envelope.ok || !message.ok) throw new Error('it published bytes that mean nothing')
      out.push(message.value)
      attachments.push(envelope.value.attachment)
    },
    onMessage: (handler) => {
      judge = handler
    },
    onRequest: (_name, handler) => {
      serve = handler
    },
  })
  const ports = { network, charter: charterOf() } as PeerPorts
  const peer = liarOf({ ports, work: peerWork }, lie)
  peer.ports.network.onMessage(() => 'accept')
  const payloadOf = (draft: Draft, by: string, attachment: Uint8Array | null) =>
    encodeGossip({ message: encodeMessage(seal(draft, by, new Uint8Array(64))), attachment })
  const record = collected(driven, { samples: 30 }).record(0)
  return {
    self,
    out,
    attachments,
    record,
    says: (draft: Draft, attachment: Uint8Array | null = null) =>
      peer.ports.network.publish('round', payloadOf(draft, self, attachment)),
    hears: (draft: Draft) =>
      judge({ kind: 'round', from: other, relay: other, payload: payloadOf(draft, other, null) }),
    async serves(records: readonly CertifiedRecord[]): Promise<CertifiedRecord[]> {
      peer.ports.network.onRequest('records', async () => ({
        ok: true,
        value: encodeRecordsAnswer(records.map(encodeCertifiedRecord)),
      }))
      const answer = await serve(other, new Uint8Array())
      const list = answer.ok ? decodeRecordsAnswer(answer.value) : answer
      if (!list.ok) throw new Error(list.reason)
      return list.value.map((bytes) => {
        const decoded = decodeCertifiedRecord(bytes, maxPeers)
        if (!decoded.ok) throw new Error(decoded.reason)
        return decoded.value
      })
    },
    proposal: driven.proposal(0, record),
    prevote: driven.vote(0, 'prevote', recordId(record)),
  }
}

function certified({ record, self }: ReturnType<typeof liar>): CertifiedRecord {
  const { federation, round } = record
  const signatures = [{ peer: self, signature: new Uint8Array(64) }]
  const certificate = { v: 1, kind: 'certificate', federation, round, view: 0 } as const
  return { record, certificate: { ...certificate, record: recordId(record), signatures } }
}

const proposalIn = (messages: readonly Message[]) => {
  const [said] = messages
  if (messages.length !== 1 || said?.kind !== 'proposal') throw new Error('it said no proposal')
  return said
}

describe('the lies that processes tell', () => {
  for (const lie of ['false-weights', 'swapped-order'] as const)
    it(`${lie}: another record in the place of its own, rightly named and signed, with the body of the aggregate`, async () => {
      const peer = liar(lie)
      await peer.says(peer.proposal, BODY)
      const { body, record, signature } = proposalIn(peer.out)
      notEqual(body.value, recordId(peer.record))
      equal(body.value, recordId(record))
      deepEqual(signature, SIGNATURE)
      deepEqual(peer.attachments, [BODY])
      deepEqual(
        record.contributions.map((one) => one.body).toSorted((a, b) => (a.body < b.body ? -1 : 1)),
        peer.record.contributions.map((one) => one.body).toSorted((a, b) => (a.body < b.body ? -1 : 1)),
      )
    })

  it('false-complaints: of every record that it hears of, once', async () => {
    const peer = liar('false-complaints')
    await peer.hears(peer.proposal)
    await peer.hears(peer.prevote)
    deepEqual([...new Set(peer.out.map(({ kind }) => kind))], ['complaint'])
    equal(peer.out.length, 16)
  })

  it('yes-sayer: both votes as soon as it hears a proposal, and no vote of its own machine', async () => {
    const peer = liar('yes-sayer')
    await peer.says(peer.prevote)
    equal(peer.out.length, 0)
    await peer.hears(peer.proposal)
    deepEqual(
      peer.out.map((vote) => (vote.kind === 'vote' ? [vote.body.step, vote.body.value] : [])),
      ['prevote', 'precommit'].map((step) => [step, recordId(peer.record)]),
    )
  })

  it('forger: its words in others’ names, proposals out of turn, and records that only it certifies', async () => {
    const peer = liar('forger')
    await peer.hears(peer.proposal)
    await peer.says(peer.prevote)
    equal(peer.out.filter((message) => message.kind === 'vote' && message.peer !== peer.self).length, 2)
    ok(peer.out.some((message) => message.kind === 'proposal' && message.body.view === 1))
    const [forged] = await peer.serves([certified(peer)])
    equal(forged?.certificate.record, recordId(forged?.record ?? peer.record))
    notEqual(forged?.certificate.record, recordId(peer.record))
    deepEqual(forged?.certificate.signatures, [{ peer: peer.self, signature: SIGNATURE }])
  })

  it('replayer: what others said long ago, and only its oldest record', async () => {
    const peer = liar('replayer')
    await peer.hears(peer.proposal)
    await peer.says(peer.prevote)
    deepEqual(
      peer.out.map(({ kind }) => kind),
      ['proposal', 'vote'],
    )
    const record = certified(peer)
    equal((await peer.serves([record, record, record])).length, 1)
  })
})
