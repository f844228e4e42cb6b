import { createHmac, timingSafeEqual } from 'node:crypto'
import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { accept, type Result, refuse } from '../../base/result.ts'
import { decodeInvite, encodeInvite, type Invite, isSignedInvite } from '../invite.ts'

/** Who may take part in a federation. */
export type Admission =
  | { readonly kind: 'open' }
  /** Only these peer ids; the connection itself proves that a peer has its id. */
  | { readonly kind: 'allow-list'; readonly peers: readonly string[] }
  /** Peers of the list, and whoever one of `by` has invited. `own`: this side's invite, if it needs one. */
  | {
      readonly kind: 'invited'
      readonly peers: readonly string[]
      readonly by: readonly string[]
      readonly own: Invite | null
    }
  /** Whoever knows the secret. It never travels. */
  | { readonly kind: 'secret'; readonly secret: string }

export const OPEN_ADMISSION: Admission = { kind: 'open' }

/** What a proof is bound to, so that it serves once, for one pair of peers, in one direction. */
export interface AdmissionContext {
  readonly federation: string
  readonly prover: string
  readonly verifier: string
  readonly proverNonce: Uint8Array
  readonly verifierNonce: Uint8Array
}

const NOTHING = new Uint8Array()

/** HMAC-SHA256 (RFC 2104) over the context, keyed by the secret. */
function secretProof(secret: string, context: AdmissionContext): Uint8Array {
  const { federation, prover, verifier, proverNonce, verifierNonce } = context
  const bound = encodeCanonical({ federation, prover, verifier, proverNonce, verifierNonce })
  return new Uint8Array(createHmac('sha256', secret).update('flexswarm/1/admission\0').update(bound).digest())
}

/** What the prover sends to be admitted. */
export function proveAdmission(admission: Admission, context: AdmissionContext): Uint8Array {
  if (admission.kind === 'invited') return admission.own === null ? NOTHING : encodeInvite(admission.own)
  return admission.kind === 'secret' ? secretProof(admission.secret, context) : NOTHING
}

/** Whether the verifier admits the prover, and if not, why. */
export function judgeAdmission(
  admission: Admission,
  context: AdmissionContext,
  proof: Uint8Array,
): Result<null> {
  switch (admission.kind) {
    case 'open':
      return accept(null)
    case 'allow-list':
      return admission.peers.includes(context.prover)
        ? accept(null)
        : refuse(`peer ${context.prover} is not on the list of admitted peers`)
    case 'invited':
      return admission.peers.includes(context.prover)
        ? accept(null)
        : judgeInvite(admission.by, context, proof)
    case 'secret': {
      const expected = secretProof(admission.secret, context)
      const proven = proof.length === expected.length && timingSafeEqual(proof, expected)
      return proven ? accept(null) : refuse('the proof that it knows the shared secret is wrong or missing')
    }
  }
}

function judgeInvite(
  by: readonly string[],
  { federation, prover }: AdmissionContext,
  proof: Uint8Array,
): Result<null> {
  if (proof.length === 0) return refuse(`peer ${prover} has no invite`)
  const invite = decodeInvite(proof)
  if (!invite.ok) return refuse(`the invite cannot be read: ${invite.reason}`)
  if (invite.value.federation !== federation) return refuse('the invite is for another federation')
  if (invite.value.peer !== prover) return refuse('the invite is for another peer')
  if (!by.includes(invite.value.by)) return refuse(`${invite.value.by} may not invite`)
  return isSignedInvite(invite.value) ? accept(null) : refuse('the signature of the invite is wrong')
}
