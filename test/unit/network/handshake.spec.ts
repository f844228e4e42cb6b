import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { type Admission, judgeAdmission, proveAdmission } from '../../../src/network/handshake/admission.ts'
import { type HandshakeTerms, shakeHands } from '../../../src/network/handshake/handshake.ts'
import { wirePair } from './wire-pair.ts'

const never = new AbortController().signal
const secret = (text: string): Admission => ({ kind: 'secret', secret: text })
const OPEN: Admission = { kind: 'open' }

const terms = (self: string, change: Partial<HandshakeTerms> = {}): HandshakeTerms => ({
  self,
  federation: 'fed',
  admission: OPEN,
  addresses: [`/${self}`],
  ...change,
})

/** What ann and bob each come to, ann having dialled. */
function meet(ann: Partial<HandshakeTerms>, bob: Partial<HandshakeTerms>) {
  const [near, far] = wirePair()
  return Promise.all([
    shakeHands(near, 'bob', terms('ann', ann), never),
    shakeHands(far, 'ann', terms('bob', bob), never),
  ])
}

describe('a handshake', () => {
  it('admits both sides to the same federation, and tells each the addresses of the other', async () =>
    deepEqual(await meet({}, {}), [
      { admitted: true, addresses: ['/bob'] },
      { admitted: true, addresses: ['/ann'] },
    ]))

  it('tells both sides when they are of different federations', async () => {
    const [ann, bob] = await meet({}, { federation: 'other' })
    deepEqual(ann, { admitted: false, by: 'us', reason: 'federation other instead of fed' })
    deepEqual(bob, { admitted: false, by: 'us', reason: 'federation fed instead of other' })
  })

  it('admits those who know the secret', async () => {
    const [ann, bob] = await meet({ admission: secret('x') }, { admission: secret('x') })
    ok(ann.admitted && bob.admitted)
  })

  it('tells both sides when one does not know the secret', async () => {
    const [ann, bob] = await meet({ admission: secret('x') }, { admission: OPEN })
    deepEqual(ann, {
      admitted: false,
      by: 'us',
      reason: 'the proof that it knows the shared secret is wrong or missing',
    })
    deepEqual(bob, { ...ann, by: 'them' })
  })

  it('admits only those on the list', async () => {
    const list = (...peers: string[]): Admission => ({ kind: 'allow-list', peers })
    const [ann] = await meet({ admission: list('bob', 'carl') }, {})
    ok(ann.admitted)
    const [eve, bob] = await meet({}, { admission: list('carl') })
    deepEqual(eve, {
      admitted: false,
      by: 'them',
      reason: 'peer ann is not on the list of admitted peers',
    })
    ok(!bob.admitted && bob.by === 'us')
  })

  it('shows no control characters of the other side to a person', async () => {
    const [near, far] = wirePair()
    const shaking = shakeHands(near, 'bob', terms('ann'), never)
    const hello = { version: 1, federation: 'fed', nonce: new Uint8Array(32), addresses: [] }
    await far.write(encodeCanonical(hello), never)
    await far.write(encodeCanonical({ proof: new Uint8Array() }), never)
    await far.write(encodeCanonical({ admitted: false, reason: 'go\u001b[2J away' }), never)
    deepEqual(await shaking, { admitted: false, by: 'them', reason: 'go [2J away' })
  })

  const malformed: [string, Uint8Array][] = [
    ['garbage', new Uint8Array([1, 2, 3])],
    ['nothing', new Uint8Array()],
    ['a greeting without a nonce', encodeCanonical({ version: 1, federation: 'fed', addresses: [] })],
    [
      'a greeting with too many addresses',
      encodeCanonical({
        version: 1,
        federation: 'fed',
        nonce: new Uint8Array(32),
        addresses: Array(17).fill('/x'),
      }),
    ],
  ]
  for (const [what, frame] of malformed) {
    it(`ends when the other side sends ${what}`, async () => {
      const [near, far] = wirePair()
      await far.write(frame, never)
      await rejects(shakeHands(near, 'bob', terms('ann'), never), /does not keep to the handshake/)
    })
  }

  it('ends when the other side says nothing in time, or goes away', async () => {
    const [near] = wirePair()
    await rejects(shakeHands(near, 'bob', terms('ann'), AbortSignal.abort()))
    const [left, right] = wirePair()
    const shaking = shakeHands(left, 'bob', terms('ann'), never)
    right.abort('gone')
    await rejects(shaking)
  })
})

describe('the proof of a shared secret', () => {
  const context = {
    federation: 'fed',
    prover: 'ann',
    verifier: 'bob',
    proverNonce: new Uint8Array(32).fill(1),
    verifierNonce: new Uint8Array(32).fill(2),
  }
  const proof = proveAdmission(secret('x'), context)

  it('serves for one prover, one verifier, one meeting and one federation', () => {
    const others = [
      context,
      { ...context, prover: 'eve' },
      { ...context, verifier: 'eve' },
      { ...context, federation: 'other' },
      { ...context, proverNonce: new Uint8Array(32) },
      { ...context, verifierNonce: new Uint8Array(32) },
      { ...context, prover: 'bob', verifier: 'ann' },
    ]
    deepEqual(
      others.map((other) => judgeAdmission(secret('x'), other, proof).ok),
      [true, false, false, false, false, false, false],
    )
  })

  it('does not hold under another secret, nor when cut or empty', () => {
    equal(judgeAdmission(secret('y'), context, proof).ok, false)
    equal(judgeAdmission(secret('x'), context, proof.subarray(1)).ok, false)
    equal(judgeAdmission(secret('x'), context, new Uint8Array()).ok, false)
  })
})
