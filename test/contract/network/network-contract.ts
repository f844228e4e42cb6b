import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { blobCid, CHUNK_BYTES, memoryBlob } from '../../../src/base/blob.ts'
import { accept, refuse } from '../../../src/base/result.ts'
import { MAX_PAYLOAD_BYTES } from '../../../src/network/envelope.ts'
import { createIdentity } from '../../../src/network/identity.ts'
import {
  DialFailedError,
  HandshakeRefusedError,
  InvalidAddressError,
  PayloadTooLargeError,
} from '../../../src/network/network-errors.ts'
import {
  address,
  type Loopback,
  nextEvent,
  nextMessage,
  untilPeers,
} from '../../integration/network/loopback.ts'

const body = new Uint8Array(64 * 1024).map((_, at) => at % 253)

/** What every network must do, whatever carries its bytes. */
export function networkContract(name: string, connect: () => Loopback): void {
  describe(`a network (${name})`, function () {
    this.timeout(400_000)
    let loopback: Loopback
    beforeEach(() => {
      loopback = connect()
    })
    afterEach(() => loopback.close())

    it('joins all who know the address of one', async () => {
      const peers = await loopback.peers(5)
      for (const peer of peers) {
        const others = peers.filter((other) => other !== peer).map((other) => other.peerId)
        deepEqual([...peer.peers()].sort(), others.sort())
      }
    })

    it('carries a message to everybody else, with its author, and not to oneself', async () => {
      const [author, ...others] = await loopback.peers(4)
      ok(author)
      author.onMessage(() => {
        throw new Error('a message came back to its author')
      })
      const heard = Promise.all(others.map(nextMessage))
      await author.publish('announcement', body)
      for (const { kind, from, payload } of await heard) {
        deepEqual({ kind, from, payload }, { kind: 'announcement', from: author.peerId, payload: body })
      }
    })

    it('carries what is said at the moment of joining', async () => {
      const [first, second] = [await loopback.peer(), await loopback.peer()]
      const heard = nextMessage(second)
      first.onPeer((event) => {
        if (event.type === 'join') void first.publish('welcome', new Uint8Array([1]))
      })
      await second.dial(address(first))
      equal((await heard).kind, 'welcome')
    })

    it('refuses to gossip what is too large', async () => {
      const peer = await loopback.peer()
      await rejects(peer.publish('announcement', new Uint8Array(MAX_PAYLOAD_BYTES + 1)), PayloadTooLargeError)
    })

    it('pulls a blob from those who have it', async () => {
      const blob = new Uint8Array(3 * CHUNK_BYTES + 11).map((_, at) => at % 241)
      const cid = blobCid(blob)
      const [ann, bob, carl] = await loopback.peers(3)
      ok(ann && bob && carl)
      for (const peer of [ann, bob]) {
        peer.serveBlobs(async (asked) => (asked === cid ? memoryBlob(blob) : undefined))
      }
      const pulled = await carl.pull(cid, { size: blob.length, providers: [ann.peerId, bob.peerId] })
      deepEqual(pulled, accept({ bytes: blob, dropped: [] }))
    })

    it('answers requests, or says why not', async () => {
      const [ann, bob] = await loopback.peers(2)
      ok(ann && bob)
      ann.onRequest('records', async (from, asked) =>
        from === bob.peerId && asked.length === 2 ? accept(body) : refuse('two bytes, please'),
      )
      deepEqual(await bob.request(ann.peerId, 'records', new Uint8Array(2)), accept(body))
      deepEqual(await bob.request(ann.peerId, 'records', new Uint8Array(3)), refuse('two bytes, please'))
      deepEqual(
        await bob.request(ann.peerId, 'other', new Uint8Array(2)),
        refuse('nobody answers "other" here'),
      )
      const tooLong = await bob.request(ann.peerId, 'records', new Uint8Array(2), { maxBytes: 1024 })
      ok(!tooLong.ok && /too long|overflow/.test(tooLong.reason), JSON.stringify(tooLong))
    })

    it('tells both sides why they do not fit', async () => {
      const ann = await loopback.peer({ admission: { kind: 'secret', secret: 'right' } })
      const bob = await loopback.peer({ admission: { kind: 'secret', secret: 'wrong' } })
      const refused = nextEvent(ann, 'refused')
      await rejects(bob.dial(address(ann)), (error: unknown) => {
        ok(error instanceof HandshakeRefusedError)
        equal(error.evidence.peer, ann.peerId)
        ok(/shared secret/.test(error.message), error.message)
        return true
      })
      const { peer, reason } = await refused
      equal(peer, bob.peerId)
      ok(/shared secret/.test(reason))
      deepEqual([ann.peers(), bob.peers()], [[], []])
    })

    it('tells a peer of another federation which one this is', async () => {
      const ann = await loopback.peer()
      const bob = await loopback.peer({ federation: 'another' })
      await rejects(bob.dial(address(ann)), /federation bafyrei\w+ instead of another/)
    })

    it('admits only the listed, and tells the others so', async () => {
      const identity = createIdentity()
      const ann = await loopback.peer({ admission: { kind: 'allow-list', peers: [identity.peerId] } })
      const bob = await loopback.peer({ identity })
      const eve = await loopback.peer()
      equal(await bob.dial(address(ann)), ann.peerId)
      await rejects(eve.dial(address(ann)), /does not admit this peer: peer \w+ is not on the list/)
    })

    it('says what is wrong with an address', async () => {
      const peer = await loopback.peer()
      await rejects(peer.dial('127.0.0.1:4001'), InvalidAddressError)
      await rejects(peer.dial(address(peer).replace(/\d+\/p2p/, '1/p2p')), DialFailedError)
    })

    it('says who came and who went, and counts bytes', async () => {
      const ann = await loopback.peer()
      const bob = await loopback.peer()
      const joined = nextEvent(ann, 'join')
      await bob.dial(address(ann))
      deepEqual(await joined, { type: 'join', peer: bob.peerId })
      await untilPeers(bob, 1)
      const { bytesIn, bytesOut } = ann.metrics()
      ok(bytesIn > 200 && bytesOut > 200, `${bytesIn} in, ${bytesOut} out`)
      const left = nextEvent(ann, 'leave')
      await bob.close()
      deepEqual(await left, { type: 'leave', peer: bob.peerId })
      deepEqual(ann.peers(), [])
    })
  })
}
