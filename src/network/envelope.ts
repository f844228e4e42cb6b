import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { encodeCanonical } from '../base/canonical-cbor.ts'
import { decodeStrict } from '../base/decode-strict.ts'
import { accept, type Result, refuse } from '../base/result.ts'
import type { Identity } from './identity.ts'
import { isKind, isPeerId, verifySignature } from './signature.ts'

/** Longest payload of a message: a body of 64 KiB rides in it with room for what describes it. */
export const MAX_PAYLOAD_BYTES = 80 * 1024
/** Longest message on the wire. */
export const MAX_ENVELOPE_BYTES = MAX_PAYLOAD_BYTES + 1024
/** The kind under which envelopes themselves are signed. */
const DOMAIN = 'envelope'
const ID_BYTES = 8

const exactly = (length: number) =>
  z.instanceof(Uint8Array).refine((value) => value.length === length, `not ${length} bytes`)

const ENVELOPE = z.strictObject({
  v: z.literal(1),
  federation: z.string().max(128),
  kind: z.string().refine(isKind, 'not a kind'),
  from: z.string().refine(isPeerId, 'not a peer id'),
  /** Fresh for every message, so that saying something again is a new message. */
  id: exactly(ID_BYTES),
  payload: z.instanceof(Uint8Array).refine((value) => value.length <= MAX_PAYLOAD_BYTES, 'too long'),
  sig: exactly(64),
})
type Envelope = z.infer<typeof ENVELOPE>

/** What the signature is over: the canonical encoding of everything else. */
const signedPart = ({ sig: _, ...rest }: Envelope): Uint8Array => encodeCanonical(rest)

/** Wraps and signs a payload for one federation. */
export function sealEnvelope(
  identity: Identity,
  federation: string,
  kind: string,
  payload: Uint8Array,
): Uint8Array {
  const id = new Uint8Array(randomBytes(ID_BYTES))
  const rest = { v: 1 as const, federation, kind, from: identity.peerId, id, payload }
  return encodeCanonical({ ...rest, sig: identity.sign(DOMAIN, encodeCanonical(rest)) })
}

/**
 * Opens a message from outside: bounded, canonical, of this federation, by an author that `admit` admits, signed by
 * that author. The signature comes last as it costs most.
 */
export function openEnvelope(
  bytes: Uint8Array,
  federation: string,
  admit: (peerId: string) => boolean,
): Result<Pick<Envelope, 'kind' | 'from' | 'payload'>> {
  const opened = decodeStrict(bytes, ENVELOPE, { maxBytes: MAX_ENVELOPE_BYTES, maxDepth: 1, maxItems: 16 })
  if (!opened.ok) return refuse(`malformed: ${opened.reason}`)
  const { kind, from, payload, sig } = opened.value
  if (opened.value.federation !== federation) return refuse('it belongs to another federation')
  if (!admit(from)) return refuse(`its author ${from} is not admitted`)
  if (!verifySignature(from, DOMAIN, signedPart(opened.value), sig)) return refuse('its signature is wrong')
  return accept({ kind, from, payload })
}
