import { z } from 'zod'
import { isContentId } from '../base/content-id.ts'

/** A peer's name: the text of its libp2p peer id. */
export type PeerId = string

/** The text of a CID as `src/base/content-id.ts` writes it. */
export type ContentId = string

export const peerIdSchema = z.string().regex(/^[A-Za-z0-9]{1,128}$/, 'not a peer id')

export const contentIdSchema = z.string().refine(isContentId, 'not a content id')

/** A signature as it travels; Ed25519's has 64 bytes. */
export const signatureSchema = z.custom<Uint8Array>(
  (value) => value instanceof Uint8Array && value.length >= 1 && value.length <= 128,
  'not a signature',
)

/** Rounds count from 1; 0 is the charter. */
export const roundSchema = z.number().int().min(0).max(1_000_000)

export const viewSchema = z.number().int().min(0).max(1_000_000)

/** Orders texts by their code units, the same on every machine whatever its locale. */
export const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
