import { decodeWhole } from '../../node/gossip-codec.ts'
import { decodeMessage } from '../../round/message/message-codec.ts'
import type { Peer } from '../lies/real-lies.ts'
import { networkWith } from '../network-with.ts'
import type { Moment } from '../swarm-peer-event.ts'

/** Tells the runner that a moment has come; answers when it may live on. */
export type Ask = (moment: Moment, round: number) => Promise<void>

/**
 * A peer that asks, in its turns as aggregator, whether it may live on: before it aggregates, so that nothing of it is
 * out, or when its proposal has just been published. A peer that proposes again what is valid already is not asked.
 */
export function askingPeer({ ports, work }: Peer, moments: readonly Moment[], ask: Ask): Peer {
  const { network } = ports
  const aggregate: Peer['work']['aggregate'] = async (context, effect, signal) => {
    if (moments.includes('before')) await ask('before', effect.round)
    return work.aggregate(context, effect, signal)
  }
  const publish: typeof network.publish = async (kind, payload) => {
    await network.publish(kind, payload)
    const round = moments.includes('after') ? roundOfOwnProposal(ports, payload) : null
    if (round !== null) await ask('after', round)
  }
  return { ports: { ...ports, network: networkWith(network, { publish }) }, work: { ...work, aggregate } }
}

function roundOfOwnProposal({ network, charter }: Peer['ports'], payload: Uint8Array): number | null {
  const envelope = decodeWhole(payload)
  const message = envelope.ok ? decodeMessage(envelope.value.message, charter.maxPeers) : envelope
  return message.ok && message.value.kind === 'proposal' && message.value.peer === network.peerId
    ? message.value.body.round
    : null
}
