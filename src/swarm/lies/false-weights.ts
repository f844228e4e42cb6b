import type { Draft, Message } from '../../round/message/message.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

const twisted = new WeakMap<Message, Message>()

/** As an aggregator it gives every contribution the same weight, whatever its samples. */
export const falseWeights: Lie = {
  name: 'false-weights',
  believes: true,
  says(liar, _to, message) {
    if (message.kind !== 'proposal' || message.peer !== liar.name || message.body.validView >= 0)
      return [message]
    const known = twisted.get(message) ?? withEqualWeights(liar, message)
    twisted.set(message, known)
    return [known]
  },
}

function withEqualWeights(
  liar: SimulatedPeer,
  { body, record }: Extract<Message, { kind: 'proposal' }>,
): Message {
  const weight = 1 / record.contributions.length
  const changed = { ...record, contributions: record.contributions.map((one) => ({ ...one, weight })) }
  const draft: Draft = { kind: 'proposal', body: { ...body, value: recordId(changed) }, record: changed }
  return signDraft(draft, liar.name)
}
