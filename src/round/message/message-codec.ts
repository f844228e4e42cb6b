import { z } from 'zod'
import { type CanonicalValue, encodeCanonical } from '../../base/canonical-cbor.ts'
import { decodeStrict } from '../../base/decode-strict.ts'
import { accept, type Result, refuse } from '../../base/result.ts'
import { peerIdSchema, signatureSchema } from '../identifier.ts'
import { recordSchema } from '../record/record.ts'
import { recordId } from '../record/record-id.ts'
import { announcementSchema } from './announcement.ts'
import { complaintSchema } from './complaint.ts'
import { headSchema, joinSchema, leaveSchema } from './membership.ts'
import type { Message } from './message.ts'
import { proposalSchema } from './proposal.ts'
import { voteSchema } from './vote.ts'

const envelope = { peer: peerIdSchema, signature: signatureSchema }

const messageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...envelope, kind: z.literal('announcement'), body: announcementSchema }),
  z.strictObject({ ...envelope, kind: z.literal('proposal'), body: proposalSchema, record: recordSchema }),
  z.strictObject({ ...envelope, kind: z.literal('vote'), body: voteSchema }),
  z.strictObject({ ...envelope, kind: z.literal('complaint'), body: complaintSchema }),
  z.strictObject({ ...envelope, kind: z.literal('join'), body: joinSchema }),
  z.strictObject({ ...envelope, kind: z.literal('leave'), body: leaveSchema }),
  z.strictObject({ ...envelope, kind: z.literal('head'), body: headSchema }),
])

export const encodeMessage = (message: Message): Uint8Array =>
  encodeCanonical(message satisfies object as unknown as CanonicalValue)

/** No message of a federation of at most `maxPeers` peers is longer than this: a proposal carries a record. */
export const messageBytesLimit = (maxPeers: number): number => 16 * 1024 + 2048 * maxPeers

/**
 * A message from outside: canonical, bounded, complete, and a proposal's record is the one it names. Signatures are
 * not checked here (`signatureClaims` lists them).
 */
export function decodeMessage(bytes: Uint8Array, maxPeers: number): Result<Message> {
  const decoded = decodeStrict(bytes, messageSchema, {
    maxBytes: messageBytesLimit(maxPeers),
    maxDepth: 12,
    maxItems: 256 + 96 * maxPeers,
  })
  if (!decoded.ok) return decoded
  const message: Message = decoded.value
  if (message.kind === 'proposal' && recordId(message.record) !== message.body.value)
    return refuse('the proposal names another record than it carries')
  return accept(message)
}
