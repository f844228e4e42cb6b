import type { Draft, Message } from '../../round/message/message.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

/** How many modules it complains of, each time it hears something. */
const COMPLAINTS = 16

/** Complains of every record that it hears of, about module after module, although nothing is wrong with them. */
export const falseComplaints: Lie = {
  name: 'false-complaints',
  hears: (liar, message) => complaintsAbout(message).map((draft) => signDraft(draft, liar.name)),
}

/** Complaints about the record that a proposal or a vote is of; none about anything else. */
export function complaintsAbout(message: Message): readonly Draft[] {
  if (message.kind !== 'proposal' && message.kind !== 'vote') return []
  const { federation, round, value } = message.body
  if (value === null) return []
  return Array.from({ length: COMPLAINTS }, (_, at) => ({
    kind: 'complaint',
    body: { federation, round, value, module: `module ${at}`, reason: 'it differs from the mean' },
  }))
}
