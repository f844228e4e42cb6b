import {
  CHUNK_BYTES,
  decodeManifest,
  encodeManifest,
  manifestBytesLimit,
  memoryBlob,
} from '../../../src/base/blob.ts'
import { decodeCanonical, encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { rawCidOf } from '../../../src/base/content-id.ts'
import { decodeStrict, type Schema } from '../../../src/base/decode-strict.ts'
import {
  answerLimits,
  decodeChunk,
  decodeIndex,
  decodeOffer,
  decodeOpen,
  encodeChunk,
  encodeIndex,
  encodeOffer,
  encodeOpen,
  REQUEST_LIMITS,
} from '../../../src/network/blob-exchange/messages.ts'
import { MAX_ENVELOPE_BYTES, openEnvelope, sealEnvelope } from '../../../src/network/envelope.ts'
import { MAX_HANDSHAKE_FRAME_BYTES } from '../../../src/network/handshake/constants.ts'
import { BOUNDS, HELLO, PROOF, VERDICT } from '../../../src/network/handshake/messages.ts'
import { createIdentity } from '../../../src/network/identity.ts'
import {
  decodeInvite,
  encodeInvite,
  inviteText,
  MAX_INVITE_BYTES,
  readInviteText,
  signInvite,
} from '../../../src/network/invite.ts'
import {
  decodeKnownPeers,
  MAX_KNOWN_PEERS_BYTES,
  multiaddrOf,
} from '../../../src/network/peers/known-peers.ts'
import { CBOR_ROOM, MAX_ANSWER_BYTES, MAX_REQUEST_BYTES } from '../../../src/network/requests/constants.ts'
import { decodeAnswer, decodeRequest } from '../../../src/network/requests/messages.ts'
import { type Decoder, type Outcome, outcomeOf, textOf, utf8 } from '../decoder.ts'

const identity = createIdentity(new Uint8Array(32).fill(3))
const FEDERATION = rawCidOf(utf8.encode('federation'))
const BLOB_BYTES = 3 * 2 ** 20
const blob = new Uint8Array(BLOB_BYTES).map((_, at) => at)
const manifest = encodeManifest(memoryBlob(blob).manifest)
const invite = signInvite(identity, FEDERATION, identity.peerId)
const addresses = [
  '/ip4/10.0.0.7/tcp/4001',
  `/ip6/::1/tcp/9/p2p/${identity.peerId}`,
  '/dns4/peer.example.org/tcp/443/tls/ws',
]

/** A frame of the handshake; a verdict's text is cleaned, so that it need not come back as it was. */
const handshake = <T>(
  name: string,
  schema: Schema<T>,
  canonical: boolean,
  ...samples: Uint8Array[]
): Decoder => ({
  name: `handshake ${name}`,
  grammar: 'cbor',
  maxBytes: MAX_HANDSHAKE_FRAME_BYTES,
  samples,
  decode: (bytes) => {
    const again = (value: T) => encodeCanonical(value as Parameters<typeof encodeCanonical>[0])
    return outcomeOf(decodeStrict(bytes, schema, BOUNDS), canonical ? again : undefined)
  },
})

const seal = (bytes: Uint8Array) => sealEnvelope(identity, FEDERATION, 'round', bytes)

/** Signs again what was changed, by a key that the sender has. */
function signedAgain(bytes: Uint8Array): Uint8Array {
  const decoded = decodeCanonical(bytes)
  const payload = decoded.ok ? (decoded.value as { payload?: unknown } | null)?.payload : undefined
  return payload instanceof Uint8Array ? seal(payload) : bytes
}

const chunkOutcome = (bytes: Uint8Array): Outcome => {
  const chunk = decodeChunk(bytes)
  return chunk === undefined
    ? { ok: false, reason: 'no chunk' }
    : { ok: true, again: encodeChunk(chunk.index, chunk.bytes) }
}

export const networkDecoders: readonly Decoder[] = [
  handshake(
    'hello',
    HELLO,
    true,
    encodeCanonical({ version: 1, federation: FEDERATION, nonce: new Uint8Array(32).fill(7), addresses }),
    encodeCanonical({ version: 0, federation: '', nonce: new Uint8Array(32), addresses: [] }),
  ),
  handshake(
    'proof',
    PROOF,
    true,
    encodeCanonical({ proof: new Uint8Array() }),
    encodeCanonical({ proof: new Uint8Array(32).fill(9) }),
  ),
  handshake(
    'verdict',
    VERDICT,
    false,
    encodeCanonical({ admitted: true, reason: '' }),
    encodeCanonical({ admitted: false, reason: 'federation x instead of y' }),
  ),
  {
    name: 'gossip envelope',
    grammar: 'cbor',
    maxBytes: MAX_ENVELOPE_BYTES,
    samples: [seal(utf8.encode('payload')), seal(new Uint8Array(2_000)), seal(new Uint8Array())],
    mend: signedAgain,
    decode: (bytes) => outcomeOf(openEnvelope(bytes, FEDERATION, () => true)),
  },
  {
    name: 'invite',
    grammar: 'cbor',
    maxBytes: MAX_INVITE_BYTES,
    samples: [encodeInvite(invite)],
    decode: (bytes) => outcomeOf(decodeInvite(bytes), encodeInvite),
  },
  {
    name: 'invite as text',
    grammar: 'bytes',
    maxBytes: 1024,
    samples: [utf8.encode(inviteText(invite))],
    decode: (bytes) => outcomeOf(readInviteText(textOf(bytes)), (value) => utf8.encode(inviteText(value))),
  },
  {
    name: 'blob open',
    grammar: 'cbor',
    maxBytes: REQUEST_LIMITS.maxFrameBytes,
    samples: [encodeOpen({ cid: FEDERATION, size: BLOB_BYTES }), encodeOpen({ cid: FEDERATION, size: 0 })],
    decode: (bytes) => outcomeOf(decodeOpen(bytes), encodeOpen),
  },
  {
    name: 'blob offer',
    grammar: 'cbor',
    maxBytes: answerLimits(BLOB_BYTES).maxFrameBytes,
    samples: [encodeOffer(manifest), encodeOffer(new Uint8Array())],
    decode: (bytes) => outcomeOf(decodeOffer(bytes, BLOB_BYTES), encodeOffer),
  },
  {
    name: 'blob manifest',
    grammar: 'cbor',
    maxBytes: manifestBytesLimit(BLOB_BYTES),
    samples: [manifest],
    decode: (bytes) => outcomeOf(decodeManifest(bytes, BLOB_BYTES), encodeManifest),
  },
  {
    name: 'blob chunk',
    grammar: 'bytes',
    maxBytes: CHUNK_BYTES + 4,
    samples: [encodeChunk(3, blob.subarray(0, 900)), encodeChunk(0, new Uint8Array())],
    decode: chunkOutcome,
  },
  {
    name: 'blob chunk request',
    grammar: 'bytes',
    maxBytes: 4,
    samples: [encodeIndex(0), encodeIndex(2 ** 32 - 1)],
    decode: (bytes) => {
      const index = decodeIndex(bytes)
      return index === undefined ? { ok: false, reason: 'no index' } : { ok: true, again: encodeIndex(index) }
    },
  },
  {
    name: 'request',
    grammar: 'cbor',
    maxBytes: MAX_REQUEST_BYTES,
    samples: [
      encodeCanonical({ name: 'records', body: encodeCanonical({ from: 3, known: [] }) }),
      encodeCanonical({ name: 'peers', body: new Uint8Array() }),
    ],
    decode: (bytes) => outcomeOf(decodeRequest(bytes), ({ name, body }) => encodeCanonical({ name, body })),
  },
  {
    name: 'answer',
    grammar: 'cbor',
    maxBytes: MAX_ANSWER_BYTES + CBOR_ROOM,
    samples: [encodeCanonical({ body: new Uint8Array(100) }), encodeCanonical({ reason: 'nobody answers' })],
    decode: (bytes) =>
      outcomeOf(decodeAnswer(bytes, MAX_ANSWER_BYTES + CBOR_ROOM), (value) => encodeCanonical(value)),
  },
  {
    name: 'known peers',
    grammar: 'cbor',
    maxBytes: MAX_KNOWN_PEERS_BYTES,
    samples: [
      encodeCanonical([{ peer: identity.peerId, addresses }]),
      encodeCanonical([]),
      encodeCanonical([
        { peer: identity.peerId, addresses: [] },
        { peer: identity.peerId, addresses },
      ]),
    ],
    decode: (bytes) => outcomeOf(decodeKnownPeers(bytes), (value) => encodeCanonical(value)),
  },
  {
    name: 'address of a peer',
    grammar: 'bytes',
    maxBytes: 256,
    samples: addresses.map((address) => utf8.encode(address)),
    decode: (bytes) =>
      bytes.length > 256 || multiaddrOf(textOf(bytes)) === undefined
        ? { ok: false, reason: 'no address' }
        : { ok: true },
  },
]
