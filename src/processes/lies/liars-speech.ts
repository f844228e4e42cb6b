import { ROUND_KIND } from '../../node/gossip.ts'
import { decodeWhole, encodeGossip } from '../../node/gossip-codec.ts'
import type { Draft, Message } from '../../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../../round/message/message-codec.ts'
import { seal, signedBytes } from '../../round/message/seal.ts'
import { networkWith } from '../network-with.ts'
import type { Peer } from './real-lies.ts'

type Publish = Peer['ports']['network']['publish']

/** A message with the body that rides along. */
interface Said {
  readonly message: Message
  readonly payload: Uint8Array
  readonly attachment: Uint8Array | null
}

/** What a liar has to hand when it speaks. */
export interface Speech {
  readonly self: string
  /** Publishes exactly these bytes. */
  readonly publish: (payload: Uint8Array) => Promise<void>
  /** Signs a draft and publishes it, with the body that rides along. */
  readonly say: (draft: Draft, attachment?: Uint8Array | null) => Promise<void>
}

/** A peer that may say something else in the place of each of its messages. */
export function saysInstead(peer: Peer, instead: (said: Said, speech: Speech) => Promise<void>): Peer {
  const { network } = peer.ports
  const speech = speechOf(peer)
  const publish: Publish = async (kind, payload) => {
    const said = read(peer, payload)
    return said === null ? network.publish(kind, payload) : instead(said, speech)
  }
  return withNetwork(peer, { publish })
}

/** A peer that may say something besides when it hears others. */
export function saysBesides(peer: Peer, besides: (said: Said, speech: Speech) => Promise<void>): Peer {
  const { network } = peer.ports
  const speech = speechOf(peer)
  return withNetwork(peer, {
    onMessage: (handler) =>
      network.onMessage(async (message) => {
        const verdict = await handler(message)
        const said = verdict === 'accept' ? read(peer, message.payload) : null
        if (said !== null) await besides(said, speech)
        return verdict
      }),
  })
}

export const withNetwork = ({ ports, work }: Peer, changes: Partial<Peer['ports']['network']>): Peer => ({
  ports: { ...ports, network: networkWith(ports.network, changes) },
  work,
})

/** Bytes as they are gossiped. */
export const gossiped = (message: Message, attachment: Uint8Array | null = null): Uint8Array =>
  encodeGossip({ message: encodeMessage(message), attachment })

function speechOf({ ports: { network } }: Peer): Speech {
  const publish = (payload: Uint8Array) => network.publish(ROUND_KIND, payload)
  return {
    self: network.peerId,
    publish,
    say: (draft, attachment = null) => {
      const signature = network.sign(draft.kind, signedBytes(draft))
      return publish(gossiped(seal(draft, network.peerId, signature), attachment))
    },
  }
}

function read({ ports: { charter } }: Peer, payload: Uint8Array): Said | null {
  const envelope = decodeWhole(payload)
  if (!envelope.ok) return null
  const { message: bytes, attachment } = envelope.value
  const message = decodeMessage(bytes, charter.maxPeers)
  return message.ok ? { message: message.value, payload, attachment } : null
}
