import { type Result, refuse } from '../base/result.ts'
import type { Message } from '../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../round/message/message-codec.ts'
import { signatureClaims } from '../round/record/signature-claims.ts'
import { decodeGossip, encodeGossip } from './gossip-codec.ts'
import type { PeerContext } from './peer-context.ts'
import type { SignatureCheck } from './signature-check.ts'

/** The kind of the round machine's messages among those of the network. */
export const ROUND_KIND = 'round'
/** Bodies up to this ride inside their announcement. */
const MAX_ATTACHED_BYTES = 64 * 1024

/** Hands every well-formed, rightly signed message of others to `hear`; the rest counts against its sender. */
export function hearGossip(
  context: Pick<PeerContext, 'network' | 'charter' | 'bodies'>,
  check: SignatureCheck,
  hear: (message: Message) => void,
): void {
  context.network.onMessage(({ kind, payload }) => {
    if (kind !== ROUND_KIND) return 'ignore'
    const opened = open(context, payload, check)
    if (!opened.ok) return 'reject'
    hear(opened.value)
    return 'accept'
  })
}

function open(
  { charter, bodies }: Pick<PeerContext, 'charter' | 'bodies'>,
  payload: Uint8Array,
  check: SignatureCheck,
): Result<Message> {
  const envelope = decodeGossip(payload)
  if (!envelope.ok) return envelope
  const { message: bytes, attachment } = envelope.value
  const message = decodeMessage(bytes, charter.maxPeers)
  if (!message.ok) return message
  if (!check(signatureClaims(message.value))) return refuse('a signature does not hold')
  if (attachment === null) return message
  if (message.value.kind !== 'announcement') return refuse('only announcements carry a body')
  return bodies.attach(message.value.body.body, attachment) ? message : refuse('it carries another body')
}

/** Says a message to everybody. That nobody is connected right now is no error: the machine says it again. */
export async function sayToAll(
  { network, store, log }: Pick<PeerContext, 'network' | 'store' | 'log'>,
  message: Message,
): Promise<void> {
  try {
    const attachment = message.kind === 'announcement' ? await smallBody(store, message.body) : null
    await network.publish(ROUND_KIND, encodeGossip({ message: encodeMessage(message), attachment }))
  } catch (error) {
    log('debug', `not published: ${error instanceof Error ? error.message : String(error)}`)
  }
}

async function smallBody(
  store: PeerContext['store'],
  { body, size }: { readonly body: string; readonly size: number },
): Promise<Uint8Array | null> {
  return size <= MAX_ATTACHED_BYTES ? ((await store.getBlob(body)) ?? null) : null
}
