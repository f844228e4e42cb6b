import type { GossipsubOpts, Message } from '@chainsafe/libp2p-gossipsub'
import { sha256 } from '../../base/content-id.ts'
import { MAX_ENVELOPE_BYTES } from '../envelope.ts'

/** One topic for a whole federation; what a message is stands in its envelope. */
export const topicOf = (federation: string): string => `flexswarm/1/${federation}`

/**
 * A peer that asks for what it missed is answered with many messages in one frame. A frame over the receiver's limit
 * would silence its sender for good, so the limit leaves room; single messages are bounded by the validator.
 */
const MAX_FRAME_BYTES = 64 * MAX_ENVELOPE_BYTES

/** Settings of gossipsub. Messages carry our own signature, so its own (`StrictSign`) is off. */
export function gossipSettings(topic: string): Partial<GossipsubOpts> {
  return {
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: ({ data }: Message) => sha256(data),
    allowedTopics: [topic],
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    emitSelf: false,
    fallbackToFloodsub: false,
    maxInboundDataLength: MAX_FRAME_BYTES,
    maxOutboundBufferSize: 2 * MAX_FRAME_BYTES,
    decodeRpcLimits: {
      maxSubscriptions: 16,
      maxMessages: 1024,
      maxIhaveMessageIDs: 5000,
      maxIwantMessageIDs: 1024,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 64,
      maxPeerInfos: 16,
    },
    scoreParams: scoreParams(topic),
  }
}

/**
 * Peers behind one address are the rule in a lab, so sharing one must not cost (P6 off). Time in the mesh is counted
 * in seconds and weighs little: with the library's default a minute in the mesh outweighs any number of rejects.
 */
function scoreParams(topic: string): GossipsubOpts['scoreParams'] {
  return {
    IPColocationFactorWeight: 0,
    topics: {
      [topic]: {
        topicWeight: 1,
        timeInMeshWeight: 0.01,
        timeInMeshQuantum: 1000,
        timeInMeshCap: 3600,
        firstMessageDeliveriesWeight: 1,
        firstMessageDeliveriesDecay: 0.5,
        firstMessageDeliveriesCap: 20,
        // A federation is silent for minutes while it trains: no penalty for delivering nothing.
        meshMessageDeliveriesWeight: 0,
        meshMessageDeliveriesDecay: 0.5,
        meshMessageDeliveriesCap: 1,
        meshMessageDeliveriesThreshold: 1,
        meshMessageDeliveriesWindow: 10,
        meshMessageDeliveriesActivation: 5000,
        meshFailurePenaltyWeight: 0,
        meshFailurePenaltyDecay: 0.5,
        invalidMessageDeliveriesWeight: -10,
        invalidMessageDeliveriesDecay: 0.9,
      },
    },
  }
}
