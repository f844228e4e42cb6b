import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { cidOfValue } from '../../../src/base/content-id.ts'
import { MAX_PAYLOAD_BYTES } from '../../../src/network/envelope.ts'
import { decodeGossip, encodeGossip } from '../../../src/node/gossip-codec.ts'
import {
  decodeRecordsAnswer,
  decodeRecordsRequest,
  encodeRecordsAnswer,
  encodeRecordsRequest,
  MAX_ANSWER_BYTES,
  MAX_WANTED_BYTES,
} from '../../../src/node/record-messages.ts'
import { decodeCharter, encodeCharter, MAX_CHARTER_BYTES } from '../../../src/round/charter/charter-codec.ts'
import { decodeMessage, encodeMessage, messageBytesLimit } from '../../../src/round/message/message-codec.ts'
import {
  certifiedRecordBytesLimit,
  decodeCertifiedRecord,
  encodeCertifiedRecord,
} from '../../../src/round/record/record-codec.ts'
import { recordId } from '../../../src/round/record/record-id.ts'
import { type Decoder, outcomeOf } from '../decoder.ts'
import { certified, charters, MAX_PEERS, messages } from './round-samples.ts'

type Fields = { readonly [key: string]: CanonicalValue }

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

/** Changes a well-formed map; anything else stays as it is. */
function changing(bytes: Uint8Array, change: (fields: Fields) => Fields): Uint8Array {
  const decoded = decodeCanonical(bytes, { maxBytes: 2 ** 24, maxItems: 2 ** 20 })
  return decoded.ok && isFields(decoded.value) ? encodeCanonical(change(decoded.value)) : bytes
}

/** Names the record that a proposal carries now. */
const renamed = (bytes: Uint8Array) =>
  changing(bytes, ({ record, body, ...rest }) =>
    record === undefined || !isFields(body)
      ? { ...rest, ...(record === undefined ? {} : { record }), ...(body === undefined ? {} : { body }) }
      : { ...rest, record, body: { ...body, value: cidOfValue(record) } },
  )

/** Makes the certificate one of the record as it is now. */
const certifiedAgain = (bytes: Uint8Array) =>
  changing(bytes, ({ record, certificate, ...rest }) => {
    if (!isFields(record) || !isFields(certificate)) return { ...rest, record: record ?? null }
    const { round, federation } = record
    const frame = {
      ...(round === undefined ? {} : { round }),
      ...(federation === undefined ? {} : { federation }),
    }
    return { ...rest, record, certificate: { ...certificate, ...frame, record: cidOfValue(record) } }
  })

const known = certified.map(({ record }) => recordId(record))
const encoded = Object.values(messages).map(encodeMessage)
const kinds = Object.entries(messages).map(
  ([kind, message]): Decoder => ({
    name: `message: ${kind}`,
    grammar: 'cbor',
    maxBytes: messageBytesLimit(MAX_PEERS),
    samples: [encodeMessage(message)],
    ...(kind.startsWith('proposal') ? { mend: renamed } : {}),
    decode: (bytes) => outcomeOf(decodeMessage(bytes, MAX_PEERS), encodeMessage),
  }),
)

export const roundDecoders: readonly Decoder[] = [
  ...kinds,
  {
    name: 'gossip payload',
    grammar: 'cbor',
    maxBytes: MAX_PAYLOAD_BYTES,
    samples: [
      ...encoded.map((message, at) =>
        encodeGossip({ message, attachment: at === 0 ? new Uint8Array(99) : null }),
      ),
      encodeGossip({ pull: { body: known[0] as string, size: 600_000 } }),
    ],
    decode: (bytes) => outcomeOf(decodeGossip(bytes), encodeGossip),
  },
  {
    name: 'certified record',
    grammar: 'cbor',
    maxBytes: certifiedRecordBytesLimit(MAX_PEERS),
    samples: certified.map(encodeCertifiedRecord),
    mend: certifiedAgain,
    decode: (bytes) => outcomeOf(decodeCertifiedRecord(bytes, MAX_PEERS), encodeCertifiedRecord),
  },
  {
    name: 'charter',
    grammar: 'cbor',
    maxBytes: MAX_CHARTER_BYTES,
    samples: charters.map(encodeCharter),
    decode: (bytes) => outcomeOf(decodeCharter(bytes), encodeCharter),
  },
  {
    name: 'request for records',
    grammar: 'cbor',
    maxBytes: MAX_WANTED_BYTES,
    samples: [encodeRecordsRequest({ from: 1, known: [] }), encodeRecordsRequest({ from: 70_000, known })],
    decode: (bytes) => outcomeOf(decodeRecordsRequest(bytes), encodeRecordsRequest),
  },
  {
    name: 'answer with records',
    grammar: 'cbor',
    maxBytes: MAX_ANSWER_BYTES,
    samples: [encodeRecordsAnswer(certified.map(encodeCertifiedRecord)), encodeRecordsAnswer([])],
    decode: (bytes) => outcomeOf(decodeRecordsAnswer(bytes), encodeRecordsAnswer),
  },
]
