import type { Message } from '../../round/message/message.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

/** How many modules it complains of, each time it hears something. */
const COMPLAINTS = 16

/** Complains of every record that it hears of, about module after module, although nothing is wrong with them. */
export const falseComplaints: Lie = {
  name: 'false-complaints',
  hears: (liar, message) =>
    message.kind === 'proposal' || message.kind === 'vote' ? complaints(liar, message) : [],
}

function complaints(
  liar: SimulatedPeer,
  { body: { federation, round, value } }: Extract<Message, { kind: 'proposal' | 'vote' }>,
): readonly Message[] {
  if (value === null) return []
  return Array.from({ length: COMPLAINTS }, (_, at) => {
    const body = { federation, round, value, module: `module ${at}`, reason: 'it differs from the mean' }
    return signDraft({ kind: 'complaint', body }, liar.name)
  })
}
