import { encodeCanonical } from '../../base/canonical-cbor.ts'
import { decodeStrict } from '../../base/decode-strict.ts'
import { accept, type Result, refuse } from '../../base/result.ts'
import {
  type Certificate,
  type CertifiedRecord,
  certificateSchema,
  certifiedRecordSchema,
} from './certificate.ts'
import { type RoundRecord, recordSchema } from './record.ts'
import { recordId } from './record-id.ts'

/** A certified record as it is kept and as it travels in catch-up. */
export const encodeCertifiedRecord = ({ record, certificate }: CertifiedRecord): Uint8Array =>
  encodeCanonical({ record, certificate })

/** Longest certified record in a federation of at most `maxPeers` peers. */
export const certifiedRecordBytesLimit = (maxPeers: number): number => 16 * 1024 + 3072 * maxPeers

const bounds = (maxPeers: number) => ({
  maxBytes: certifiedRecordBytesLimit(maxPeers),
  maxDepth: 12,
  maxItems: 256 + 128 * maxPeers,
})

/** A record alone, as a directory keeps it; whether anything certifies it is another question. */
export const decodeRecord = (bytes: Uint8Array, maxPeers: number): Result<RoundRecord> =>
  decodeStrict(bytes, recordSchema, bounds(maxPeers))

/** A certificate alone; nothing says yet what it certifies. */
export const decodeCertificate = (bytes: Uint8Array, maxPeers: number): Result<Certificate> =>
  decodeStrict(bytes, certificateSchema, bounds(maxPeers))

/** A certified record from outside; its certificate is of this record, but nobody's signature is checked yet. */
export function decodeCertifiedRecord(bytes: Uint8Array, maxPeers: number): Result<CertifiedRecord> {
  const decoded = decodeStrict(bytes, certifiedRecordSchema, bounds(maxPeers))
  if (!decoded.ok) return decoded
  const fits = certificateFits(decoded.value)
  return fits.ok ? decoded : fits
}

/** Whether a certificate is of the record it comes with, as far as its text tells. */
export function certificateFits({ record, certificate }: CertifiedRecord): Result<CertifiedRecord> {
  if (certificate.record !== recordId(record)) return refuse('the certificate is of another record')
  if (certificate.round !== record.round || certificate.federation !== record.federation)
    return refuse('the certificate is of another round')
  if (certificate.previous !== undefined && certificate.previous !== record.previous)
    return refuse('the certificate follows another record')
  return accept({ record, certificate })
}
