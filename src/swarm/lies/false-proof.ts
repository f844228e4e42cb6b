import type { Draft, Message } from '../../round/message/message.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'
import { recordWithoutLast } from './record-without-last.ts'

type Proposal = Extract<Message, { kind: 'proposal' }>

const others = new WeakMap<Message, Message>()

/**
 * As the aggregator of a later view it says that its new record had been prevoted by a quorum in the view before,
 * which would free others from their locks. The record itself is right, but for a contribution that it leaves out. It
 * prevotes, so that others lock, and never precommits, so that they are less likely to decide what they have locked.
 */
export const falseProof: Lie = {
  name: 'false-proof',
  believes: true,
  says(liar, _to, message) {
    if (message.peer !== liar.name) return [message]
    if (message.kind === 'vote' && message.body.step === 'precommit') return []
    if (message.kind !== 'proposal' || message.body.view === 0) return [message]
    const known = others.get(message) ?? withFalseProof(liar, message)
    others.set(message, known)
    return [known]
  },
}

function withFalseProof(liar: SimulatedPeer, message: Proposal): Message {
  const view = message.body.view - 1
  const order = liar.state?.height.order ?? []
  const aggregator = order[view % order.length]
  const record = aggregator === undefined ? null : recordWithoutLast(liar, view, aggregator)
  if (record === null) return message
  const body = { ...message.body, validView: view, value: recordId(record) }
  const draft: Draft = { kind: 'proposal', body, record }
  return signDraft(draft, liar.name)
}
