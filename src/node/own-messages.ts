import { decodeCanonical, encodeCanonical } from '../base/canonical-cbor.ts'
import type { LockProof } from '../round/effect.ts'
import type { Message } from '../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../round/message/message-codec.ts'
import type { Store, StoredVote } from '../store/store.ts'

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

/** The own messages of a round, of all lineages. */
export function ownMessages(store: Store, round: number, maxPeers: number): OwnMessage[] {
  return store.votesAt(round).map(({ vote }) => readOwnMessage(vote, maxPeers))
}

function readOwnMessage(bytes: Uint8Array, maxPeers: number): OwnMessage {
  const parts = decodeCanonical(bytes, { maxBytes: Number.MAX_SAFE_INTEGER, maxItems: 2 ** 20 })
  if (!parts.ok) throw new Error(`a kept message is damaged: ${parts.reason}`)
  const [message, proposal, ...prevotes] = (parts.value as Uint8Array[]).map((part) => {
    const decoded = decodeMessage(part, maxPeers)
    if (!decoded.ok) throw new Error(`a kept message is damaged: ${decoded.reason}`)
    return decoded.value
  })
  if (message === undefined) throw new Error('a kept message is empty')
  const votes = prevotes.filter((one) => one.kind === 'vote')
  return { message, proof: proposal?.kind === 'proposal' ? { proposal, prevotes: votes } : null }
}
