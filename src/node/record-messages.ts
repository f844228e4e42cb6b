import { z } from 'zod'
import { listOf } from '../base/bounded-schema.ts'
import { encodeCanonical } from '../base/canonical-cbor.ts'
import { decodeStrict } from '../base/decode-strict.ts'
import type { Result } from '../base/result.ts'
import { contentIdSchema } from '../round/identifier.ts'

/** How many certified records one answer holds at most. */
export const MAX_RECORDS = 64
/** Longest answer. */
export const MAX_ANSWER_BYTES = 4 * 1024 * 1024
/** How many records that it has somebody who asks may name. */
const MAX_KNOWN = 64
/** Longest request. */
export const MAX_WANTED_BYTES = 64 + 64 * MAX_KNOWN

const requestSchema = z.strictObject({
  from: z.number().int().min(1),
  known: listOf(contentIdSchema, 0, MAX_KNOWN),
})
export type WantedRecords = z.output<typeof requestSchema>

const answerSchema = z.array(z.instanceof(Uint8Array)).max(MAX_RECORDS)

export const encodeRecordsRequest = ({ from, known }: WantedRecords): Uint8Array =>
  encodeCanonical({ from, known })

/** The first round that somebody asks for, and which records it has. */
export const decodeRecordsRequest = (bytes: Uint8Array): Result<WantedRecords> =>
  decodeStrict(bytes, requestSchema, { maxBytes: MAX_WANTED_BYTES, maxDepth: 2, maxItems: MAX_KNOWN + 6 })

export const encodeRecordsAnswer = (records: readonly Uint8Array[]): Uint8Array => encodeCanonical(records)

/** Encoded certified records, none of them decoded yet. */
export const decodeRecordsAnswer = (bytes: Uint8Array): Result<readonly Uint8Array[]> =>
  decodeStrict(bytes, answerSchema, { maxBytes: MAX_ANSWER_BYTES, maxDepth: 1, maxItems: MAX_RECORDS + 2 })
