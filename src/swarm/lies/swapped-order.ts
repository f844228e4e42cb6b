import type { Draft, Message } from '../../round/message/message.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

const swapped = new WeakMap<Message, Message>()

/** As an aggregator it lists the contributions the other way round: the same aggregate under another record's name. */
export const swappedOrder: Lie = {
  name: 'swapped-order',
  believes: true,
  says(liar, _to, message) {
    if (message.kind !== 'proposal' || message.peer !== liar.name || message.body.validView >= 0)
      return [message]
    const known = swapped.get(message) ?? reversed(liar, message)
    swapped.set(message, known)
    return [known]
  },
}

function reversed(liar: SimulatedPeer, { body, record }: Extract<Message, { kind: 'proposal' }>): Message {
  const changed = { ...record, contributions: record.contributions.toReversed() }
  const draft: Draft = { kind: 'proposal', body: { ...body, value: recordId(changed) }, record: changed }
  return signDraft(draft, liar.name)
}
