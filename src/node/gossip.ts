import { accept, type Result, refuse } from '../base/result.ts'
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
/** What fits into a request, with room for what surrounds it. */
const MAX_DIRECT_BYTES = 60 * 1024

/**
 * Hands every well-formed, rightly signed message of others to `hear`, whether it was gossiped or said to this peer
 * alone; the rest counts against its sender.
 */
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
  context.network.onRequest(ROUND_KIND, async (_from, payload) => {
    const opened = open(context, payload, check)
    if (!opened.ok) return opened
    hear(opened.value)
    return accept(new Uint8Array())
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
    await network.publish(ROUND_KIND, await envelopeOf(store, message))
  } catch (error) {
    log('debug', `not published: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Says a message to a few: each gets it over its own connection, and nobody else has to carry it. Where one of them
 * is not connected, or the message is too long for a request, everybody hears it instead.
 */
export async function sayTo(
  context: Pick<PeerContext, 'network' | 'store' | 'log'>,
  message: Message,
  to: readonly string[],
): Promise<void> {
  const { network, store, log } = context
  const others = to.filter((peer) => peer !== network.peerId)
  const connected = new Set(network.peers())
  if (others.some((peer) => !connected.has(peer))) return sayToAll(context, message)
  try {
    const whole = await envelopeOf(store, message)
    const payload = whole.length > MAX_DIRECT_BYTES ? bare(message) : whole
    if (payload.length > MAX_DIRECT_BYTES) return await sayToAll(context, message)
    const answers = await Promise.all(others.map((peer) => network.request(peer, ROUND_KIND, payload)))
    for (const answer of answers) if (!answer.ok) log('debug', `not delivered: ${answer.reason}`)
  } catch (error) {
    log('debug', `not delivered: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const bare = (message: Message): Uint8Array =>
  encodeGossip({ message: encodeMessage(message), attachment: null })

async function envelopeOf(store: PeerContext['store'], message: Message): Promise<Uint8Array> {
  const attachment = message.kind === 'announcement' ? await smallBody(store, message.body) : null
  return encodeGossip({ message: encodeMessage(message), attachment })
}

async function smallBody(
  store: PeerContext['store'],
  { body, size }: { readonly body: string; readonly size: number },
): Promise<Uint8Array | null> {
  return size <= MAX_ATTACHED_BYTES ? ((await store.getBlob(body)) ?? null) : null
}
