import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { type Admission, judgeAdmission, proveAdmission } from '../../../src/network/handshake/admission.ts'
import { createIdentity } from '../../../src/network/identity.ts'
import {
  type Invite,
  inviteText,
  isSignedInvite,
  readInviteText,
  signInvite,
} from '../../../src/network/invite.ts'

const identity = (fill: number) => createIdentity(new Uint8Array(32).fill(fill))
const [founder, guest, stranger] = [identity(1), identity(2), identity(3)]
const invite = signInvite(founder, 'fed', guest.peerId)

const invited = (own: Invite | null): Admission => ({
  kind: 'invited',
  peers: [founder.peerId],
  by: [founder.peerId],
  own,
})
const judged = (prover: string, shown: Invite | null) => {
  const nonces = { proverNonce: new Uint8Array(32), verifierNonce: new Uint8Array(32) }
  const context = { federation: 'fed', prover, verifier: founder.peerId, ...nonces }
  return judgeAdmission(invited(null), context, proveAdmission(invited(shown), context))
}

describe('an invite', () => {
  it('is text that fits on a line and reads back as it was', () => {
    ok(/^[\w-]+$/.test(inviteText(invite)))
    deepEqual(readInviteText(inviteText(invite)), { ok: true, value: invite })
  })

  it('admits the invited, and those who need none', () => {
    deepEqual(judged(guest.peerId, invite), { ok: true, value: null })
    deepEqual(judged(founder.peerId, null), { ok: true, value: null })
  })

  const wrong: Record<string, [string, Invite | null, RegExp]> = {
    'without one': [guest.peerId, null, /has no invite/],
    'with another peer’s': [stranger.peerId, invite, /for another peer/],
    'with one for another federation': [
      guest.peerId,
      signInvite(founder, 'other', guest.peerId),
      /federation/,
    ],
    'invited by somebody who may not': [
      guest.peerId,
      signInvite(stranger, 'fed', guest.peerId),
      /may not invite/,
    ],
    'with a forged signature': [
      guest.peerId,
      { ...signInvite(stranger, 'fed', guest.peerId), by: founder.peerId },
      /signature/,
    ],
  }
  for (const [how, [peer, shown, reason]] of Object.entries(wrong))
    it(`refuses a peer ${how}, and says why`, () => {
      const result = judged(peer, shown)
      ok(!result.ok && reason.test(result.reason), result.ok ? 'it was admitted' : result.reason)
    })

  it('is refused with a reason, never with an exception, when anything about its text is changed', () => {
    const text = inviteText(invite)
    const place = fc.integer({ min: 0, max: text.length - 1 })
    fc.assert(
      fc.property(place, fc.constantFrom(...'ABCDabcd0123-_ !'), (at, letter) => {
        const read = readInviteText(text.slice(0, at) + letter + text.slice(at + 1))
        return !read.ok || !isSignedInvite(read.value) || inviteText(read.value) === text
      }),
    )
    equal(readInviteText('').ok, false)
    equal(readInviteText('x'.repeat(2000)).ok, false)
  })
})
