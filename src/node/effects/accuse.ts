import { encodeMessage } from '../../round/message/message-codec.ts'
import type { EffectOf } from '../effect-of.ts'
import type { PeerContext } from '../peer-context.ts'

/**
 * A peer did what no honest peer does: whoever watches is told what, and the signed messages that prove it are kept
 * as blobs, so that anybody can check them later.
 */
export async function carryOutAccuse(
  { store, log, emit }: Pick<PeerContext, 'store' | 'log' | 'emit'>,
  { peer, reason, module = null, evidence }: EffectOf<'accuse'>,
): Promise<null> {
  const [first] = evidence
  const round = first !== undefined && 'round' in first.body ? first.body.round : null
  const kept = await Promise.all(evidence.map((message) => store.putBlob(encodeMessage(message))))
  log('warn', `${peer} is accused: ${reason}`)
  emit({ type: 'accusation', peer, round, module, reason, evidence: kept })
  return null
}
