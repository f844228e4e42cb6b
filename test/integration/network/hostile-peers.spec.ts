import { deepEqual, equal, ok } from 'node:assert/strict'
import { decodeCanonical, encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { accept } from '../../../src/base/result.ts'
import { BLOB_PROTOCOL } from '../../../src/network/blob-exchange/constants.ts'
import { sealEnvelope } from '../../../src/network/envelope.ts'
import { topicOf } from '../../../src/network/gossip/gossip-settings.ts'
import { HANDSHAKE_PROTOCOL } from '../../../src/network/handshake/constants.ts'
import { createIdentity } from '../../../src/network/identity.ts'
import type { Network } from '../../../src/network/network.ts'
import { REQUEST_PROTOCOL } from '../../../src/network/requests/constants.ts'
import { FEDERATION, Loopback, nextEvent, nextMessage } from './loopback.ts'
import { connect, connectAdmitted, ended, type RawNode, rawNode, sendRaw } from './raw-node.ts'

const TOPIC = topicOf(FEDERATION)
/** A frame that claims to be 2^40 bytes long, as a varint, and a little of it. */
const ENDLESS = new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 1, 2, 3])
const GARBAGE = new Uint8Array([16, ...Array.from({ length: 16 }, (_, at) => 255 - at)])
const FLOOD = new Uint8Array(6 * 2 ** 20).fill(0x7f)

describe('a network among hostile peers', function () {
  this.timeout(400_000)
  const loopback = new Loopback()
  let ann: Network
  let bob: Network
  let raw: RawNode
  const warnings: ((reason: string) => void)[] = []

  /** The reason of the next message that ann refuses. */
  const refusal = () => new Promise<string>((resolve) => warnings.push(resolve))

  beforeEach(async () => {
    raw = await rawNode()
    ann = await loopback.peer({
      timings: { handshakeTimeoutMs: 500 },
      log: (_level, message, { reason } = {}) => {
        if (message.startsWith('Refused a message')) warnings.shift()?.(String(reason))
      },
    })
    ann.onRequest('echo', async (_from, body) => accept(body))
    bob = await loopback.peer()
    await bob.dial(ann.addresses()[0] as string)
  })
  afterEach(async () => {
    await raw.stop()
    await loopback.close()
  })

  /** Ann and bob still do what peers do. */
  async function stillWorks(): Promise<void> {
    const heard = nextMessage(bob)
    await ann.publish('announcement', new Uint8Array([1]))
    equal((await heard).from, ann.peerId)
    deepEqual(await bob.request(ann.peerId, 'echo', GARBAGE), accept(GARBAGE))
  }

  it('hangs up on one that does not shake hands', async () => {
    const refused = nextEvent(ann, 'refused')
    const connection = await connect(raw, ann)
    const closed = new Promise((resolve) => connection.addEventListener('close', resolve, { once: true }))
    const { peer, by, reason } = await refused
    deepEqual(
      { peer, by, reason },
      { peer: raw.peerId.toString(), by: 'us', reason: 'it did not shake hands in time' },
    )
    await closed
    await stillWorks()
  })

  for (const protocol of [BLOB_PROTOCOL, REQUEST_PROTOCOL]) {
    it(`answers nothing of ${protocol} before the handshake`, async () => {
      const stream = await (await connect(raw, ann)).newStream(protocol)
      const over = ended(stream)
      let answered = 0
      stream.addEventListener('message', () => answered++)
      const body = encodeCanonical({ name: 'echo', body: new Uint8Array() })
      stream.send(new Uint8Array([body.length, ...body]))
      await over
      equal(answered, 0)
      await stillWorks()
    })
  }

  const attacks = { 'a frame of 2^40 bytes': ENDLESS, garbage: GARBAGE, 'megabytes at once': FLOOD }
  for (const [what, bytes] of Object.entries(attacks)) {
    it(`ends a handshake of ${what}`, async () => {
      const refused = nextEvent(ann, 'refused')
      await sendRaw(raw, ann, HANDSHAKE_PROTOCOL, bytes)
      ok(/no handshake/.test((await refused).reason))
      await stillWorks()
    })

    for (const protocol of [BLOB_PROTOCOL, REQUEST_PROTOCOL]) {
      it(`ends a stream of ${protocol} with ${what}, even of an admitted peer`, async () => {
        await connectAdmitted(raw, ann)
        await sendRaw(raw, ann, protocol, bytes)
        await stillWorks()
      })
    }
  }

  it('survives garbage in the streams of gossip', async () => {
    await connectAdmitted(raw, ann)
    for (const bytes of [GARBAGE, ENDLESS]) {
      const stream = await (await connect(raw, ann)).newStream('/meshsub/1.2.0')
      stream.send(bytes)
      await stream.close()
    }
    await stillWorks()
  })

  const stranger = createIdentity()
  const forged = () => {
    const opened = decodeCanonical(sealEnvelope(stranger, FEDERATION, 'vote', new Uint8Array([1])))
    return encodeCanonical({ ...(opened.ok && Object(opened.value)), sig: new Uint8Array(64) })
  }
  const messages: [string, () => Uint8Array, RegExp][] = [
    ['without a signature', () => new Uint8Array([1, 2, 3]), /malformed/],
    ['with a wrong signature', forged, /signature is wrong/],
    [
      'of another federation',
      () => sealEnvelope(stranger, 'another', 'vote', new Uint8Array()),
      /another federation/,
    ],
    ['longer than allowed', () => new Uint8Array(200_000), /at most/],
  ]
  for (const [what, message, why] of messages) {
    it(`rejects a gossiped message ${what}`, async () => {
      await connectAdmitted(raw, ann)
      ann.onMessage(() => {
        throw new Error('it was delivered')
      })
      const refused = refusal()
      await raw.services.pubsub.publish(TOPIC, message())
      ok(why.test(await refused), String(await refused))
      equal(ann.metrics().messagesRejected, 1)
      await stillWorks()
    })
  }

  it('does not hear authors who are not admitted, whoever hands their messages on', async () => {
    const carl = await loopback.peer({ admit: (peer) => peer !== bob.peerId })
    await carl.dial(ann.addresses()[0] as string)
    const heard = nextMessage(carl)
    ann.onMessage(() => 'accept')
    await bob.publish('vote', new Uint8Array([1]))
    await ann.publish('vote', new Uint8Array([2]))
    equal((await heard).from, ann.peerId)
  })
})
