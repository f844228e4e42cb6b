import type { Draft, Message } from '../../round/message/message.ts'
import { recordId } from '../../round/record/record-id.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

type Proposal = Extract<Message, { kind: 'proposal' }>

const twisted = new WeakMap<Message, Message>()

/** As an aggregator it gives every contribution the same weight, whatever its samples. */
export const falseWeights: Lie = {
  name: 'false-weights',
  believes: true,
  says(liar, _to, message) {
    if (message.kind !== 'proposal' || message.peer !== liar.name || message.body.validView >= 0)
      return [message]
    const known = twisted.get(message) ?? signDraft(equalWeights(message), liar.name)
    twisted.set(message, known)
    return [known]
  },
}

/** The same proposal with the same weight for everybody. */
export function equalWeights({ body, record }: Proposal): Draft {
  const weight = 1 / record.contributions.length
  const changed = { ...record, contributions: record.contributions.map((one) => ({ ...one, weight })) }
  return { kind: 'proposal', body: { ...body, value: recordId(changed) }, record: changed }
}
