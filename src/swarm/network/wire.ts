import { encodeCanonical } from '../../base/canonical-cbor.ts'
import type { Result } from '../../base/result.ts'
import { accept, refuse } from '../../base/result.ts'
import type { Message } from '../../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../../round/message/message-codec.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import {
  certificateFits,
  decodeCertificate,
  decodeCertifiedRecord,
  encodeCertifiedRecord,
} from '../../round/record/record-codec.ts'
import {
  certificateClaims,
  certifiedRecordClaims,
  signatureClaims,
} from '../../round/record/signature-claims.ts'
import { holds } from '../signing/keyed-hash.ts'

/** Something as it arrives: what its receiver makes of the bytes, and how many they were. */
export interface Arrived<Value> {
  readonly bytes: number
  readonly result: Result<Value>
}

/** A record that arrived: how many bytes it was, and what was made of them. */
interface KnownRecord {
  readonly bytes: number
  readonly record: RoundRecord
}

/**
 * The way from sender to receiver: encoding, decoding and the check of every signature are those of a real peer. What
 * was sent once to many is encoded and checked once, since the answer is the same for all.
 */
export class Wire {
  readonly #messages = new WeakMap<Message, Arrived<Message>>()
  readonly #bytes = new WeakMap<Uint8Array, Arrived<Message>>()
  readonly #certified = new WeakMap<CertifiedRecord, Arrived<CertifiedRecord>>()
  readonly #records = new WeakMap<RoundRecord, KnownRecord>()
  readonly #maxPeers: number

  constructor(maxPeers: number) {
    this.#maxPeers = maxPeers
  }

  message(message: Message): Arrived<Message> {
    const known = this.#messages.get(message)
    if (known !== undefined) return known
    const arrived = this.#arrive(encodeMessage(message))
    this.#messages.set(message, arrived)
    return arrived
  }

  /** Bytes that claim to be a message. */
  bytes(bytes: Uint8Array): Arrived<Message> {
    const known = this.#bytes.get(bytes) ?? this.#arrive(bytes)
    this.#bytes.set(bytes, known)
    return known
  }

  #arrive(bytes: Uint8Array): Arrived<Message> {
    const decoded = decodeMessage(bytes, this.#maxPeers)
    if (!decoded.ok) return { bytes: bytes.length, result: decoded }
    const signed = signatureClaims(decoded.value).every(holds)
    if (!signed) return { bytes: bytes.length, result: refuse('a signature does not hold') }
    const result = accept(decoded.value)
    this.#messages.set(decoded.value, { bytes: bytes.length, result })
    return { bytes: bytes.length, result }
  }

  /** A record is decoded and checked once, whatever certificate it comes with. */
  record(certified: CertifiedRecord): Arrived<CertifiedRecord> {
    const known = this.#certified.get(certified)
    if (known !== undefined) return known
    const { record } = certified
    const before = this.#records.get(record)
    const arrived =
      before === undefined ? this.#whole(certified) : withCertificate(before, certified, this.#maxPeers)
    this.#certified.set(certified, arrived)
    return arrived
  }

  #whole(certified: CertifiedRecord): Arrived<CertifiedRecord> {
    const bytes = encodeCertifiedRecord(certified)
    const decoded = decodeCertifiedRecord(bytes, this.#maxPeers)
    if (!decoded.ok) return { bytes: bytes.length, result: decoded }
    if (!certifiedRecordClaims(decoded.value).every(holds)) return { bytes: bytes.length, result: UNSIGNED }
    const { record, certificate } = decoded.value
    const alone = bytes.length - encodeCanonical(certificate).length
    this.#records.set(certified.record, { bytes: alone, record })
    this.#records.set(record, { bytes: alone, record })
    return { bytes: bytes.length, result: decoded }
  }
}

const UNSIGNED = refuse<CertifiedRecord>('a signature in a record does not hold')

/** Only the certificate is new: the record in front of it is one that has arrived whole and in order before. */
function withCertificate(
  { bytes, record }: KnownRecord,
  certified: CertifiedRecord,
  maxPeers: number,
): Arrived<CertifiedRecord> {
  const sent = encodeCanonical(certified.certificate)
  const size = bytes + sent.length
  const decoded = decodeCertificate(sent, maxPeers)
  if (!decoded.ok) return { bytes: size, result: decoded }
  const fits = certificateFits({ record, certificate: decoded.value })
  const signed = certificateClaims(decoded.value).every(holds)
  return { bytes: size, result: fits.ok && !signed ? UNSIGNED : fits }
}
