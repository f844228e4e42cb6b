import type { Event } from '../../round/event.ts'
import { seal, signedBytes } from '../../round/message/seal.ts'
import type { EffectOf } from '../effect-of.ts'
import { keepOwnMessage } from '../own-messages.ts'
import type { PeerContext } from '../peer-context.ts'

/** Signs a draft and makes it durable before anybody can hear of it, so that a restart never says otherwise. */
export function carryOutSign(
  { network, store }: Pick<PeerContext, 'network' | 'store'>,
  { draft, proof }: EffectOf<'sign'>,
): Event {
  const message = seal(draft, network.peerId, network.sign(draft.kind, signedBytes(draft)))
  keepOwnMessage(store, message, proof)
  return { type: 'signed', message }
}
