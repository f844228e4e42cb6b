import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { identify } from '@libp2p/identify'
import type { Libp2p, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { accept } from '../../../src/base/result.ts'
import { frames } from '../../../src/network/frames.ts'
import { topicOf } from '../../../src/network/gossip/gossip-settings.ts'
import { HANDSHAKE_PROTOCOL } from '../../../src/network/handshake/constants.ts'
import { shakeHands } from '../../../src/network/handshake/handshake.ts'
import type { Network } from '../../../src/network/network.ts'
import { answerRequest } from '../../../src/network/requests/answer-request.ts'
import { REQUEST_PROTOCOL } from '../../../src/network/requests/constants.ts'
import { address, FEDERATION } from './loopback.ts'

export type RawNode = Libp2p<{ identify: unknown; pubsub: GossipSub }>

/** A peer that speaks libp2p but is not one of ours, to send whatever it likes. */
export async function rawNode(): Promise<RawNode> {
  const services = {
    identify: identify(),
    pubsub: gossipsub({ globalSignaturePolicy: 'StrictNoSign', allowPublishToZeroTopicPeers: true }),
  }
  return (await createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services,
  })) as unknown as RawNode
}

/** Connects without a handshake. */
export const connect = (node: RawNode, to: Network) => node.dial(multiaddr(address(to)))

/** Connects, is admitted and joins, as one of ours would. */
export async function connectAdmitted(node: RawNode, to: Network): Promise<void> {
  const nothing = async () => accept(new Uint8Array())
  const handlers = new Map([['ready', nothing]])
  await node.handle(REQUEST_PROTOCOL, (stream) =>
    answerRequest(frames(stream, { maxFrameBytes: 4096, maxUnread: 1 }), to.peerId, handlers, 5000),
  )
  node.services.pubsub.subscribe(topicOf(FEDERATION))
  const stream = await (await connect(node, to)).newStream(HANDSHAKE_PROTOCOL)
  const terms = {
    self: node.peerId.toString(),
    federation: FEDERATION,
    admission: { kind: 'open' as const },
    addresses: [],
  }
  const outcome = await shakeHands(
    frames(stream, { maxFrameBytes: 8192, maxUnread: 4 }),
    to.peerId,
    terms,
    AbortSignal.timeout(5000),
  )
  if (!outcome.admitted) throw new Error(outcome.reason)
  await untilJoined(to, node.peerId.toString())
}

function untilJoined(network: Network, peer: string): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (network.peers().includes(peer)) resolve()
    }
    network.onPeer(check)
    check()
  })
}

/** Opens a stream and sends these bytes as they are; resolves when the other side has ended it. */
export async function sendRaw(
  node: RawNode,
  to: Network,
  protocol: string,
  bytes: Uint8Array,
): Promise<void> {
  const stream = await (await connect(node, to)).newStream(protocol)
  const over = ended(stream)
  stream.send(bytes)
  await over
}

/** Resolves when the other side has ended, reset or closed the stream. */
export function ended(stream: Stream): Promise<void> {
  return new Promise((resolve) => {
    stream.addEventListener('message', () => {})
    for (const event of ['remoteCloseWrite', 'close'] as const)
      stream.addEventListener(event, () => resolve())
  })
}
