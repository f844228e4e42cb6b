import { deepEqual, equal, notEqual, ok, rejects, throws } from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { createIdentity } from '../../../src/network/identity.ts'
import { loadIdentity } from '../../../src/network/identity-file.ts'
import { CorruptIdentityError } from '../../../src/network/network-errors.ts'
import { isPeerId, verifySignature } from '../../../src/network/signature.ts'

const seed = new Uint8Array(32).fill(5)
const content = new Uint8Array([1, 2, 3])

describe('an identity', () => {
  it('has the peer id that libp2p gives to its key', async () => {
    const key = await generateKeyPairFromSeed('Ed25519', seed)
    equal(createIdentity(seed).peerId, peerIdFromPrivateKey(key).toString())
  })

  it('signs what anybody can check who knows the peer id', () => {
    const identity = createIdentity()
    ok(verifySignature(identity.peerId, 'vote', content, identity.sign('vote', content)))
  })

  it('signs for one kind of message, one content, and one peer only', () => {
    const identity = createIdentity()
    const signature = identity.sign('vote', content)
    equal(verifySignature(identity.peerId, 'leave', content, signature), false)
    equal(verifySignature(identity.peerId, 'vote', content.subarray(1), signature), false)
    equal(verifySignature(createIdentity().peerId, 'vote', content, signature), false)
    throws(() => identity.sign('Vote\0', content), RangeError)
  })

  it('does not show its secret', () =>
    equal(JSON.stringify(createIdentity(seed)), JSON.stringify({ peerId: createIdentity(seed).peerId })))

  it('never makes the check of a signature throw, whatever comes from outside', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.uint8Array(), fc.uint8Array({ maxLength: 80 }), (...given) =>
        equal(verifySignature(...given), false),
      ),
    ))

  it('is recognised by its peer id in one form only', async () => {
    const { peerId } = createIdentity(seed)
    ok(isPeerId(peerId))
    const asCid = peerIdFromPrivateKey(await generateKeyPairFromSeed('Ed25519', seed))
      .toCID()
      .toString()
    for (const other of [
      asCid,
      `${peerId}1`,
      peerId.slice(1),
      'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
      '',
      7,
    ]) {
      equal(isPeerId(other), false)
    }
  })
})

describe('an identity file', () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'flexswarm-identity-'))
    path = join(directory, 'deeper', 'identity.json')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('is made once and read from then on', async () => {
    const first = await loadIdentity(path)
    const second = await loadIdentity(path)
    equal(second.peerId, first.peerId)
    deepEqual(second.sign('vote', content), first.sign('vote', content))
    notEqual((await loadIdentity(join(directory, 'other.json'))).peerId, first.peerId)
  })

  it('can be read by its owner alone, and nothing is left beside it', async () => {
    await loadIdentity(path)
    equal(statSync(path).mode & 0o777, 0o600)
    deepEqual(readdirSync(join(directory, 'deeper')), ['identity.json'])
  })

  it('is one file for all who make it at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => loadIdentity(path)))
    equal(new Set(made.map((identity) => identity.peerId)).size, 1)
    deepEqual(readdirSync(join(directory, 'deeper')), ['identity.json'])
  })

  const damaged: [string, (text: string) => string, RegExp][] = [
    ['cut in half', (text) => text.slice(0, text.length / 2), /not JSON/],
    ['empty', () => '', /not JSON/],
    ['not an object', () => 'null', /version/],
    ['of another version', (text) => text.replace('"v": 1', '"v": 2'), /version is 2/],
    ['with a short seed', (text) => text.replace(/"seed": "..../, '"seed": "'), /32 bytes/],
    ['with the peer id of another', (text) => text.replace(/12D3\w+/, createIdentity().peerId), /belong/],
  ]
  for (const [what, damage, why] of damaged) {
    it(`is refused and left alone when it is ${what}`, async () => {
      await loadIdentity(path)
      const text = damage(readFileSync(path, 'utf8'))
      writeFileSync(path, text)
      await rejects(loadIdentity(path), (error: unknown) => {
        ok(error instanceof CorruptIdentityError)
        ok(why.test(error.message), error.message)
        return true
      })
      equal(readFileSync(path, 'utf8'), text)
    })
  }
})
