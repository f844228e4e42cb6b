import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { type CanonicalValue, decodeCanonical, encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import {
  MAX_ENVELOPE_BYTES,
  MAX_PAYLOAD_BYTES,
  openEnvelope,
  sealEnvelope,
} from '../../../src/network/envelope.ts'
import { createIdentity } from '../../../src/network/identity.ts'

const identity = createIdentity(new Uint8Array(32).fill(3))
const payload = new Uint8Array([1, 2, 3])
const everybody = () => true
const seal = (content = payload) => sealEnvelope(identity, 'fed', 'vote', content)
const reason = (bytes: Uint8Array, admit = everybody) => {
  const opened = openEnvelope(bytes, 'fed', admit)
  return opened.ok ? 'accepted' : opened.reason
}
const changed = (change: Record<string, CanonicalValue>) => {
  const decoded = decodeCanonical(seal())
  return encodeCanonical({
    ...(decoded.ok ? (decoded.value as Record<string, CanonicalValue>) : {}),
    ...change,
  })
}

describe('an envelope', () => {
  it('gives back its kind, author and payload', () =>
    deepEqual(openEnvelope(seal(), 'fed', everybody), {
      ok: true,
      value: { kind: 'vote', from: identity.peerId, payload },
    }))

  it('carries a payload up to the limit', () => {
    const sealed = seal(new Uint8Array(MAX_PAYLOAD_BYTES))
    ok(sealed.length <= MAX_ENVELOPE_BYTES)
    equal(reason(sealed), 'accepted')
    ok(/malformed/.test(reason(seal(new Uint8Array(MAX_PAYLOAD_BYTES + 1)))))
  })

  it('is a new message every time, so that saying something again is heard again', () =>
    ok(Buffer.compare(seal(), seal()) !== 0))

  it('is refused when any single bit of it was changed', () => {
    const sealed = seal()
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const bytes = sealed.slice()
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
        ok(reason(bytes) !== 'accepted')
      }),
      { numRuns: 1000 },
    )
  })

  it('is refused from an author who is not admitted, before its signature costs anything', () =>
    ok(/not admitted/.test(reason(changed({ sig: new Uint8Array(64) }), () => false))))

  it('is refused for another federation, signed by another, unsigned, or with more in it', () => {
    ok(/another federation/.test(reason(sealEnvelope(identity, 'other', 'vote', payload))))
    ok(/signature/.test(reason(changed({ from: createIdentity().peerId }))))
    ok(/signature/.test(reason(changed({ kind: 'leave' }))))
    ok(/signature/.test(reason(changed({ sig: new Uint8Array(64) }))))
    ok(/malformed/.test(reason(changed({ sig: new Uint8Array() }))))
    ok(/malformed/.test(reason(changed({ more: 1 }))))
    ok(/malformed/.test(reason(changed({ v: 2 }))))
    ok(/malformed/.test(reason(changed({ from: 'somebody' }))))
  })

  it('never throws on bytes from outside', () =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => ok(reason(bytes) !== 'accepted'))))
})
