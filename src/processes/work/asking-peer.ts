import { decodeWhole } from '../../node/gossip-codec.ts'
import { decodeMessage } from '../../round/message/message-codec.ts'
import type { SignedProposal } from '../../round/message/proposal.ts'
import type { Peer } from '../lies/real-lies.ts'
import { networkWith } from '../network-with.ts'
import type { Moment } from '../swarm-peer-event.ts'

/** Tells the runner that a moment has come; answers when it may live on. */
export type Ask = (moment: Moment, round: number) => Promise<void>

export interface Asking {
  readonly moments: readonly Moment[]
  /** Who has its proposal when it dies `during`. */
  readonly firstHalf: readonly string[]
}

/** How long it waits for each of those to have it: one of them may be stopped. */
const HALF_MS = 1_000

/**
 * A peer that asks, in its turns as aggregator, whether it may live on: before it aggregates, so that nothing of it is
 * out; when one half of the others has its new proposal and nobody else; or when that has just been published. A peer
 * that proposes again what is valid already is not asked `before`.
 */
export function askingPeer({ ports, work }: Peer, { moments, firstHalf }: Asking, ask: Ask): Peer {
  const { network } = ports
  const asked = new Set<string>()
  /** While its proposal is half out nothing else of it gets out: in the simulator it is dead by then. */
  let halfOut = Promise.resolve()

  const aggregate: Peer['work']['aggregate'] = async (context, effect, signal) => {
    if (moments.includes('before')) await ask('before', effect.round)
    return work.aggregate(context, effect, signal)
  }

  /** Each of the half is told over its own connection, since gossip cannot be stopped halfway. */
  async function dieHalfway(kind: string, payload: Uint8Array, round: number): Promise<void> {
    const terms = { timeoutMs: HALF_MS }
    await Promise.all(firstHalf.map((peer) => network.request(peer, kind, payload, terms)))
    await ask('during', round)
  }

  const publish: typeof network.publish = async (kind, payload) => {
    const body = ownProposal(ports, payload)
    const isNew = body !== null && !asked.has(`${body.round}/${body.view}`)
    if (isNew) asked.add(`${body.round}/${body.view}`)
    if (isNew && moments.includes('during'))
      halfOut = halfOut.then(() => dieHalfway(kind, payload, body.round))
    await halfOut
    await network.publish(kind, payload)
    if (isNew && moments.includes('after')) await ask('after', body.round)
  }
  const request: typeof network.request = async (...given) => {
    await halfOut
    return network.request(...given)
  }
  return {
    ports: { ...ports, network: networkWith(network, { publish, request }) },
    work: { ...work, aggregate },
  }
}

function ownProposal(
  { network, charter }: Peer['ports'],
  payload: Uint8Array,
): SignedProposal['body'] | null {
  const envelope = decodeWhole(payload)
  const message = envelope.ok ? decodeMessage(envelope.value.message, charter.maxPeers) : envelope
  return message.ok && message.value.kind === 'proposal' && message.value.peer === network.peerId
    ? message.value.body
    : null
}
