import type { Message } from '../../round/message/message.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

/** Prevotes and precommits every proposal the moment it hears of it, whatever it has voted for before. */
export const yesSayer: Lie = {
  name: 'yes-sayer',
  believes: true,
  says: (liar, _to, message) => (message.kind === 'vote' && message.peer === liar.name ? [] : [message]),
  hears: (liar, message) => (message.kind === 'proposal' ? yes(liar, message) : []),
}

function yes(liar: SimulatedPeer, { body }: Extract<Message, { kind: 'proposal' }>): readonly Message[] {
  const { federation, round, view, value } = body
  return (['prevote', 'precommit'] as const).map((step) =>
    signDraft({ kind: 'vote', body: { federation, round, view, step, value } }, liar.name),
  )
}
