import { z } from 'zod'
import { fieldsOf } from '../../base/bounded-schema.ts'
import { contentIdSchema, type PeerId, roundSchema } from '../identifier.ts'

/** A verifier found that a module of a proposed record's aggregate is wrong, and asks everybody to check it. */
export const complaintSchema = fieldsOf({
  federation: contentIdSchema,
  round: roundSchema,
  /** The record complained of. */
  value: contentIdSchema,
  module: z.string().min(1).max(512),
  reason: z.string().max(256),
})

export type Complaint = z.output<typeof complaintSchema>

export interface SignedComplaint {
  readonly kind: 'complaint'
  readonly peer: PeerId
  readonly body: Complaint
  readonly signature: Uint8Array
}
