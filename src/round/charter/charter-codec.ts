import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { cidOf } from '../../base/content-id.ts'
import { decodeStrict } from '../../base/decode-strict.ts'
import type { Result } from '../../base/result.ts'
import type { ContentId } from '../identifier.ts'
import { type Charter, charterSchema } from './charter.ts'

/** Longest charter: 4,096 founders and as many listed peers. */
export const MAX_CHARTER_BYTES = 1024 * 1024
const BOUNDS = { maxBytes: MAX_CHARTER_BYTES, maxDepth: 6, maxItems: 16_384 }

export const encodeCharter = (charter: Charter): Uint8Array => encodeCanonical(charter)

/** A charter from outside: canonical, complete, nothing unknown in it. */
export const decodeCharter = (bytes: Uint8Array): Result<Charter> =>
  decodeStrict(bytes, charterSchema, BOUNDS)

const known = new WeakMap<Charter, ContentId>()

/** The federation's id: the CID of its charter. Charters are immutable, so it is computed once for each. */
export function federationId(charter: Charter): ContentId {
  const before = known.get(charter)
  if (before !== undefined) return before
  const id = cidOf(encodeCharter(charter))
  known.set(charter, id)
  return id
}
