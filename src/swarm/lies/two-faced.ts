import type { Draft, Message } from '../../round/message/message.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'
import { recordWithoutLast } from './record-without-last.ts'

type Proposal = Extract<Message, { kind: 'proposal' }>

const others = new WeakMap<Message, Message>()

/**
 * Says one thing to the peers of even number and another to the rest: votes for a record and for nil, and as an
 * aggregator proposes two records that are both right, one of them with a contribution less.
 */
export const twoFaced: Lie = {
  name: 'two-faced',
  believes: true,
  says(liar, to, message) {
    if (to.at % 2 === 0 || message.peer !== liar.name) return [message]
    if (message.kind !== 'vote' && message.kind !== 'proposal') return [message]
    const known = others.get(message)
    if (known !== undefined) return [known]
    const other = message.kind === 'vote' ? otherVote(liar, message) : otherProposal(liar, message)
    others.set(message, other)
    return [other]
  },
}

function otherVote(liar: SimulatedPeer, message: Extract<Message, { kind: 'vote' }>): Message {
  const value = message.body.value === null ? proposedInView(liar, message.body.view) : null
  return signDraft({ kind: 'vote', body: { ...message.body, value } }, liar.name)
}

function proposedInView({ state }: SimulatedPeer, view: number): string | null {
  const tally = state?.agreement.tallies.find((one) => one.view === view)
  return tally?.proposals[0]?.body.value ?? null
}

function otherProposal(liar: SimulatedPeer, message: Proposal): Message {
  if (message.body.validView >= 0) return message
  const record = recordWithoutLast(liar, message.body.view, liar.name)
  if (record === null) return message
  const draft: Draft = { kind: 'proposal', body: { ...message.body, value: recordId(record) }, record }
  return signDraft(draft, liar.name)
}
