import { randomBytes } from 'node:crypto'
import { ROUND_KIND } from '../../node/gossip.ts'
import { decodeWhole, encodeGossip } from '../../node/gossip-codec.ts'
import type { Draft, Message, MessageKind } from '../../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../../round/message/message-codec.ts'
import { seal, signedBytes } from '../../round/message/seal.ts'
import { networkWith } from '../network-with.ts'
import type { Peer } from './real-lies.ts'

type Publish = Peer['ports']['network']['publish']

/** What it publishes in the place of one message. */
function says(
  { ports, work }: Peer,
  instead: (message: Message, payload: Uint8Array, publish: Publish) => Promise<void>,
): Peer {
  const { network, charter } = ports
  const honestly: Publish = (kind, payload) => network.publish(kind, payload)
  const publish: Publish = async (kind, payload) => {
    const envelope = decodeWhole(payload)
    const message = envelope.ok ? decodeMessage(envelope.value.message, charter.maxPeers) : envelope
    return message.ok ? instead(message.value, payload, honestly) : honestly(kind, payload)
  }
  return { ports: { ...ports, network: networkWith(network, { publish }) }, work }
}

/** It keeps quiet. */
export const mute = (about: readonly MessageKind[] | 'everything') => (peer: Peer) =>
  says(peer, async ({ kind }, payload, publish) => {
    if (about !== 'everything' && !about.includes(kind)) await publish(ROUND_KIND, payload)
  })

/** It votes for a record and for nil. */
export const votesTwice = (peer: Peer): Peer =>
  says(peer, async (message, payload, publish) => {
    await publish(ROUND_KIND, payload)
    const { network } = peer.ports
    if (message.kind !== 'vote' || message.peer !== network.peerId || message.body.value === null) return
    const draft: Draft = { kind: 'vote', body: { ...message.body, value: null } }
    const other = seal(draft, network.peerId, network.sign('vote', signedBytes(draft)))
    await publish(ROUND_KIND, encodeGossip({ message: encodeMessage(other), attachment: null }))
  })

/** Before everything it says, bytes that mean nothing. */
export const garbageFirst = (peer: Peer): Peer =>
  says(peer, async (_message, payload, publish) => {
    await publish(ROUND_KIND, randomBytes(1 + Math.floor(payload.length / 2)))
    await publish(ROUND_KIND, payload)
  })
