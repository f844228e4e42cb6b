import type { Message } from '../../round/message/message.ts'
import { type CertifiedRecord, certifiedVote } from '../../round/record/certificate.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

const forgeries = new WeakMap<Message, readonly Message[]>()

/** Speaks in others' names, proposes when it is not its turn, and serves records that nobody certified. */
export const forger: Lie = {
  name: 'forger',
  says(liar, _to, message) {
    if (message.peer !== liar.name) return [message]
    const known = forgeries.get(message) ?? [...inOthersNames(liar, message), ...outOfTurn(liar, message)]
    forgeries.set(message, known)
    return [...known, message]
  },
  serves: (records, liar) => records.map((record) => forge(record, liar)),
}

/** Its own words under two other names: the signature does not hold. */
const inOthersNames = (liar: SimulatedPeer, message: Message): Message[] =>
  liar.swarm.peers
    .filter((peer) => peer !== liar)
    .slice(0, 2)
    .map(({ name }) => ({ ...message, peer: name }))

/** A vote for a record that does not exist, and a proposal of somebody else's record in the next view. */
function outOfTurn(liar: SimulatedPeer, message: Message): readonly Message[] {
  const heard = liar.state?.agreement.tallies.flatMap(({ proposals }) => proposals)[0]
  if (message.kind !== 'vote' || heard === undefined) return []
  const { record } = heard
  const body = { ...heard.body, view: message.body.view + 1 }
  const phantom = { ...message.body, value: message.body.federation }
  return [
    signDraft({ kind: 'proposal', body, record }, liar.name),
    signDraft({ kind: 'vote', body: { ...phantom, view: phantom.view + 1 } }, liar.name),
  ]
}

/** Another record in its place, certified by nobody but the liar. */
function forge({ record, certificate }: CertifiedRecord, liar: SimulatedPeer): CertifiedRecord {
  const forged = { ...record, energyKept: { '4': 0.5 } }
  const unsigned = { ...certificate, record: recordId(forged) }
  const { signature } = signDraft({ kind: 'vote', body: certifiedVote(unsigned) }, liar.name)
  return { record: forged, certificate: { ...unsigned, signatures: [{ peer: liar.name, signature }] } }
}
