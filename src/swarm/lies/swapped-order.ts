import type { Draft, Message } from '../../round/message/message.ts'
import { recordId } from '../../round/record/record-id.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

type Proposal = Extract<Message, { kind: 'proposal' }>

const swapped = new WeakMap<Message, Message>()

/** As an aggregator it lists the contributions the other way round: the same aggregate under another record's name. */
export const swappedOrder: Lie = {
  name: 'swapped-order',
  believes: true,
  says(liar, _to, message) {
    if (message.kind !== 'proposal' || message.peer !== liar.name || message.body.validView >= 0)
      return [message]
    const known = swapped.get(message) ?? signDraft(otherWayRound(message), liar.name)
    swapped.set(message, known)
    return [known]
  },
}

/** The same proposal with its contributions in the opposite order. */
export function otherWayRound({ body, record }: Proposal): Draft {
  const changed = { ...record, contributions: record.contributions.toReversed() }
  return { kind: 'proposal', body: { ...body, value: recordId(changed) }, record: changed }
}
