import type { Result } from '../../base/result.ts'
import { accept, refuse } from '../../base/result.ts'
import type { Message } from '../../round/message/message.ts'
import { decodeMessage, encodeMessage } from '../../round/message/message-codec.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import { decodeCertifiedRecord, encodeCertifiedRecord } from '../../round/record/record-codec.ts'
import { certifiedRecordClaims, signatureClaims } from '../../round/record/signature-claims.ts'
import { holds } from '../signing/keyed-hash.ts'

/** Something as it arrives: what its receiver makes of the bytes, and how many they were. */
export interface Arrived<Value> {
  readonly bytes: number
  readonly result: Result<Value>
}

/**
 * The way from sender to receiver: encoding, decoding and the check of every signature are those of a real peer. What
 * was sent once to many is encoded and checked once, since the answer is the same for all.
 */
export class Wire {
  readonly #messages = new WeakMap<Message, Arrived<Message>>()
  readonly #bytes = new WeakMap<Uint8Array, Arrived<Message>>()
  readonly #records = new WeakMap<CertifiedRecord, Arrived<CertifiedRecord>>()
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

  record(certified: CertifiedRecord): Arrived<CertifiedRecord> {
    const known = this.#records.get(certified)
    if (known !== undefined) return known
    const bytes = encodeCertifiedRecord(certified)
    const decoded = decodeCertifiedRecord(bytes, this.#maxPeers)
    const refused = decoded.ok && !certifiedRecordClaims(decoded.value).every(holds)
    const result = refused ? refuse<CertifiedRecord>('a signature in a record does not hold') : decoded
    const arrived = { bytes: bytes.length, result }
    this.#records.set(certified, arrived)
    return arrived
  }
}
