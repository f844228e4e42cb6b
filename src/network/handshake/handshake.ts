import { randomBytes } from 'node:crypto'
import { type CanonicalValue, encodeCanonical } from '../../base/canonical-cbor.ts'
import { decodeStrict, type Schema } from '../../base/decode-strict.ts'
import { accept, type Result, refuse } from '../../base/result.ts'
import type { Frames } from '../frames.ts'
import { type Admission, type AdmissionContext, judgeAdmission, proveAdmission } from './admission.ts'
import { NONCE_BYTES, PROTOCOL_VERSION } from './constants.ts'
import { BOUNDS, HELLO, type Hello, PROOF, VERDICT } from './messages.ts'

/** What this side says and asks for. */
export interface HandshakeTerms {
  readonly self: string
  readonly federation: string
  readonly admission: Admission
  readonly addresses: readonly string[]
}

export type HandshakeOutcome =
  | { readonly admitted: true; readonly addresses: readonly string[] }
  | { readonly admitted: false; readonly by: 'us' | 'them'; readonly reason: string }

/**
 * Both sides do the same: say who they are, prove it, judge the other, and tell the verdict. Even one that refuses
 * hears the other out, so that both know why.
 *
 * Rejects when the other side breaks off, is silent past the signal, or does not keep to the protocol.
 */
export async function shakeHands(
  wire: Frames,
  peer: string,
  terms: HandshakeTerms,
  signal: AbortSignal,
): Promise<HandshakeOutcome> {
  const nonce = new Uint8Array(randomBytes(NONCE_BYTES))
  const { federation, self, admission } = terms
  const hello = { version: PROTOCOL_VERSION, federation, nonce, addresses: [...terms.addresses] }
  const theirs = await exchange(wire, hello, HELLO, signal)
  const ours: AdmissionContext = {
    federation,
    prover: self,
    verifier: peer,
    proverNonce: nonce,
    verifierNonce: theirs.nonce,
  }
  const { proof } = await exchange(wire, { proof: proveAdmission(admission, ours) }, PROOF, signal)
  const context = {
    federation,
    prover: peer,
    verifier: self,
    proverNonce: theirs.nonce,
    verifierNonce: nonce,
  }
  const same = sameFederation(federation, theirs)
  const verdict = same.ok ? judgeAdmission(admission, context, proof) : same
  const told = verdict.ok ? { admitted: true, reason: '' } : { admitted: false, reason: verdict.reason }
  const heard = await exchange(wire, told, VERDICT, signal)
  if (!verdict.ok) return { admitted: false, by: 'us', reason: verdict.reason }
  if (!heard.admitted) return { admitted: false, by: 'them', reason: heard.reason }
  return { admitted: true, addresses: theirs.addresses }
}

function sameFederation(federation: string, { version, federation: theirs }: Hello): Result<null> {
  if (version !== PROTOCOL_VERSION)
    return refuse(`protocol version ${version} instead of ${PROTOCOL_VERSION}`)
  return theirs === federation ? accept(null) : refuse(`federation ${theirs} instead of ${federation}`)
}

async function exchange<T>(
  wire: Frames,
  frame: CanonicalValue,
  schema: Schema<T>,
  signal: AbortSignal,
): Promise<T> {
  await wire.write(encodeCanonical(frame), signal)
  const answer = decodeStrict(await wire.read(signal), schema, BOUNDS)
  if (!answer.ok) throw new Error(`it does not keep to the handshake: ${answer.reason}`)
  return answer.value
}
