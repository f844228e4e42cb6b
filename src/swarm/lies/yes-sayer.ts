import type { Draft, Message } from '../../round/message/message.ts'
import { signDraft } from '../signing/keyed-hash.ts'
import type { Lie } from './lie.ts'

/** Prevotes and precommits every proposal the moment it hears of it, whatever it has voted for before. */
export const yesSayer: Lie = {
  name: 'yes-sayer',
  believes: true,
  says: (liar, _to, message) => (message.kind === 'vote' && message.peer === liar.name ? [] : [message]),
  hears: (liar, message) => yesTo(message).map((draft) => signDraft(draft, liar.name)),
}

/** Both votes for what is proposed; nothing otherwise. */
export function yesTo(message: Message): readonly Draft[] {
  if (message.kind !== 'proposal') return []
  const { federation, round, view, value } = message.body
  return (['prevote', 'precommit'] as const).map((step) => ({
    kind: 'vote',
    body: { federation, round, view, step, value },
  }))
}
