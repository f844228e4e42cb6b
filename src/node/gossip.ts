import { accept, type Result, refuse } from '../base/result.ts'
import { MAX_PAYLOAD_BYTES } from '../network/envelope.ts'
import type { Verdict } from '../network/network.ts'
import type { Message } from '../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../round/message/message-codec.ts'
import type { GlobalFactors } from '../round/record/record.ts'
import { signatureClaims } from '../round/record/signature-claims.ts'
import { decodeGossip, encodeGossip, type MessageToPull, type WholeMessage } from './gossip-codec.ts'
import type { LongMessages } from './long-messages.ts'
import type { PeerContext } from './peer-context.ts'
import type { SignatureCheck } from './signature-check.ts'

/** The kind of the round machine's messages among those of the network. */
export const ROUND_KIND = 'round'
/** Bodies up to this ride inside the announcement or proposal that names them. */
const MAX_ATTACHED_BYTES = 64 * 1024
/** What fits into a request, with room for what surrounds it. */
const MAX_DIRECT_BYTES = 60 * 1024
/** What surrounds a message in its payload. */
const PAYLOAD_ROOM = 64

/** `from` has published the message: its author, or a peer that says it again. */
type Hear = (message: Message, from: string) => void

/** What hearing others takes. */
export interface Listening extends Pick<PeerContext, 'network' | 'charter' | 'bodies'> {
  readonly long: LongMessages
  readonly check: SignatureCheck
}

/**
 * Hands every well-formed, rightly signed message of others to `hear`, whether it was gossiped or said to this peer
 * alone; the rest counts against its sender.
 */
export function hearGossip(listening: Listening, hear: Hear): void {
  const { network } = listening
  network.onMessage(({ kind, payload, from, relay }) =>
    kind === ROUND_KIND ? hearPayload(listening, payload, [relay, from], hear) : 'ignore',
  )
  network.onRequest(ROUND_KIND, async (from, payload) => {
    const verdict = await hearPayload(listening, payload, [from], hear)
    return verdict === 'accept' ? accept(new Uint8Array()) : refuse(`the message is met with: ${verdict}`)
  })
}

/** @param from who handed it on first, its author last */
function hearPayload(
  listening: Listening,
  payload: Uint8Array,
  from: readonly string[],
  hear: Hear,
): Verdict | Promise<Verdict> {
  const gossiped = decodeGossip(payload)
  if (!gossiped.ok) return 'reject'
  if ('pull' in gossiped.value) return hearLong(listening, gossiped.value.pull, from, hear)
  const opened = open(listening, gossiped.value)
  if (!opened.ok) return 'reject'
  hear(opened.value, from.at(-1) ?? '')
  return 'accept'
}

/** That a message cannot be had is nobody's lie: it is not handed on, and will be said again. */
async function hearLong(
  listening: Listening,
  wanted: MessageToPull,
  from: readonly string[],
  hear: Hear,
): Promise<Verdict> {
  const bytes = await listening.long.fetch(wanted, from.at(-1) ?? '', from)
  if (!bytes.ok) return 'ignore'
  const message = readSigned(listening, bytes.value)
  if (!message.ok) return 'reject'
  listening.long.keep(wanted.body, bytes.value)
  hear(message.value, from.at(-1) ?? '')
  return 'accept'
}

function open(listening: Listening, { message: bytes, attachment }: WholeMessage): Result<Message> {
  const message = readSigned(listening, bytes)
  if (!message.ok || attachment === null) return message
  const named = bodyNamedBy(message.value)
  if (named === null) return refuse('only announcements and proposals carry a body')
  return listening.bodies.attach(named.body, attachment) ? message : refuse('it carries another body')
}

function readSigned({ charter, check }: Listening, bytes: Uint8Array): Result<Message> {
  const message = decodeMessage(bytes, charter.maxPeers)
  if (!message.ok) return message
  return check(signatureClaims(message.value)) ? message : refuse('a signature does not hold')
}

/** What speaking to others takes. */
export interface Speaking extends Pick<PeerContext, 'network' | 'store' | 'log'> {
  readonly long: LongMessages
}

/** Says a message to everybody. That nobody is connected right now is no error: the machine says it again. */
export async function sayToAll(speaking: Speaking, message: Message): Promise<void> {
  const { network, log } = speaking
  try {
    await network.publish(ROUND_KIND, await payloadOf(speaking, message))
  } catch (error) {
    log('debug', `not published: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * Says a message to a few: each gets it over its own connection, and nobody else has to carry it. Where one of them
 * is not connected, or the message is too long for a request, everybody hears it instead.
 */
export async function sayTo(speaking: Speaking, message: Message, to: readonly string[]): Promise<void> {
  const { network, log } = speaking
  const others = to.filter((peer) => peer !== network.peerId)
  const connected = new Set(network.peers())
  if (others.some((peer) => !connected.has(peer))) return sayToAll(speaking, message)
  try {
    const whole = await payloadOf(speaking, message)
    const payload = whole.length > MAX_DIRECT_BYTES ? bare(message) : whole
    if (payload.length > MAX_DIRECT_BYTES) return await sayToAll(speaking, message)
    const answers = await Promise.all(others.map((peer) => network.request(peer, ROUND_KIND, payload)))
    for (const answer of answers) if (!answer.ok) log('debug', `not delivered: ${answer.reason}`)
  } catch (error) {
    log('debug', `not delivered: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const bare = (message: Message): Uint8Array =>
  encodeGossip({ message: encodeMessage(message), attachment: null })

/** The message itself where gossip can carry it, else where it is to be had. */
async function payloadOf({ store, long }: Speaking, said: Message): Promise<Uint8Array> {
  const named = bodyNamedBy(said)
  const attachment = named === null ? null : await smallBody(store, named)
  const message = encodeMessage(said)
  const fits = (bytes: number) => message.length + bytes + PAYLOAD_ROOM <= MAX_PAYLOAD_BYTES
  if (attachment !== null && fits(attachment.length)) return encodeGossip({ message, attachment })
  return encodeGossip(fits(0) ? { message, attachment: null } : { pull: long.offer(message) })
}

/** What a peer trained, or the aggregate that is proposed: the others will want it next. */
function bodyNamedBy(message: Message): Pick<GlobalFactors, 'body' | 'size'> | null {
  if (message.kind === 'announcement') return message.body
  return message.kind === 'proposal' ? message.record.global : null
}

async function smallBody(
  store: PeerContext['store'],
  { body, size }: { readonly body: string; readonly size: number },
): Promise<Uint8Array | null> {
  return size <= MAX_ATTACHED_BYTES ? ((await store.getBlob(body)) ?? null) : null
}
