import { decodeCanonical, encodeCanonical } from '../base/canonical-cbor.ts'
import type { CertifiedRecord } from '../round/record/certificate.ts'
import { decodeCertifiedRecord } from '../round/record/record-codec.ts'
import { recordId } from '../round/record/record-id.ts'
import type { Store, StoredRecord } from '../store/store.ts'

/** Makes a certified record durable; one that is kept already stays as it is. */
export function keepRecord(store: Store, { record, certificate }: CertifiedRecord): void {
  if (store.recordAt(record.round) !== undefined) return
  store.appendRecord({
    height: record.round,
    cid: recordId(record),
    record: encodeCanonical(record),
    certificate: encodeCanonical(certificate),
  })
}

/** A record as it was kept. */
export function recordOf(stored: StoredRecord, maxPeers: number): CertifiedRecord {
  const decoded = decodeCertifiedRecord(joined(stored), maxPeers)
  if (!decoded.ok) throw new Error(`the kept record of round ${stored.height} is damaged: ${decoded.reason}`)
  return decoded.value
}

/** Both parts as one value: what `encodeCertifiedRecord` made of them. */
function joined({ height, record, certificate }: StoredRecord): Uint8Array {
  const bounds = { maxBytes: record.length + certificate.length, maxItems: 2 ** 22 }
  const [one, other] = [decodeCanonical(record, bounds), decodeCanonical(certificate, bounds)]
  if (!one.ok || !other.ok) throw new Error(`the kept record of round ${height} is damaged`)
  return encodeCanonical({ record: one.value, certificate: other.value })
}
