import { decodeCanonical, encodeCanonical } from '../base/canonical-cbor.ts'
import { accept, type Result, refuse } from '../base/result.ts'
import type { LockProof } from '../round/effect.ts'
import type { Message } from '../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../round/message/message-codec.ts'
import { signatureClaims } from '../round/record/signature-claims.ts'
import type { Store, StoredVote } from '../store/store.ts'
import { DamagedEntryError } from '../store/store-errors.ts'
import type { SignatureCheck } from './signature-check.ts'

/** What a restarted peer must know of what it said. */
export interface OwnMessage {
  readonly message: Message
  readonly proof: LockProof | null
}

/** Where a message stands in the agreement; null for those that bind nobody. */
function placeOf(message: Message): Omit<StoredVote, 'vote'> | null {
  switch (message.kind) {
    case 'announcement': {
      const { round, previous } = message.body
      return { height: round, previous, view: 0, step: 'announcement' }
    }
    case 'proposal': {
      const { round, previous = '', view } = message.body
      return { height: round, previous, view, step: 'proposal' }
    }
    case 'vote': {
      const { round, previous = '', view, step } = message.body
      return { height: round, previous, view, step }
    }
    case 'complaint':
    case 'head':
    case 'join':
    case 'leave':
      return null
  }
}

/**
 * Makes an own message durable.
 *
 * @throws {DoubleVoteError} where another one was kept for the same step: it must not be sent
 */
export function keepOwnMessage(store: Store, message: Message, proof: LockProof | null): void {
  const place = placeOf(message)
  if (place === null) return
  const parts = [encodeMessage(message), ...(proof === null ? [] : proofMessages(proof).map(encodeMessage))]
  store.putVote({ ...place, vote: encodeCanonical(parts) })
}

const proofMessages = ({ proposal, prevotes }: LockProof): Message[] => [proposal, ...prevotes]

/**
 * The own messages of a round, of all lineages.
 *
 * @throws {DamagedEntryError} for one that is not what was kept: who goes by it could vote twice
 */
export function ownMessages(
  store: Store,
  round: number,
  maxPeers: number,
  signaturesHold: SignatureCheck,
): OwnMessage[] {
  return store.votesAt(round).map((kept) => {
    const own = readOwnMessage(kept, maxPeers, signaturesHold)
    if (!own.ok) throw new DamagedEntryError(`this peer's ${kept.step} of round ${round}`, own.reason)
    return own.value
  })
}

/** A kept message, if its bytes are still what was signed, and in its place. */
export function readOwnMessage(
  kept: StoredVote,
  maxPeers: number,
  signaturesHold: SignatureCheck,
): Result<OwnMessage> {
  const parts = decodeCanonical(kept.vote, { maxBytes: Number.MAX_SAFE_INTEGER, maxItems: 2 ** 20 })
  if (!parts.ok) return parts
  if (!Array.isArray(parts.value)) return refuse('not a list of messages')
  const messages: Message[] = []
  for (const part of parts.value) {
    const decoded = part instanceof Uint8Array ? decodeMessage(part, maxPeers) : refuse('not a message')
    if (!decoded.ok) return decoded
    messages.push(decoded.value)
  }
  const [message, proposal, ...prevotes] = messages
  if (message === undefined || !isAt(kept, placeOf(message))) return refuse('it is of another place')
  if (!signaturesHold(messages.flatMap(signatureClaims))) return refuse('a signature in it does not hold')
  const votes = prevotes.filter((one) => one.kind === 'vote')
  const proof = proposal?.kind === 'proposal' ? { proposal, prevotes: votes } : null
  return accept({ message, proof })
}

const isAt = (kept: StoredVote, place: ReturnType<typeof placeOf>): boolean =>
  place !== null &&
  kept.height === place.height &&
  kept.previous === place.previous &&
  kept.view === place.view &&
  kept.step === place.step
