import { deepEqual, ok, throws } from 'node:assert/strict'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { cidOfValue } from '../../../src/base/content-id.ts'
import { verifySignature } from '../../../src/network/signature.ts'
import { keepOwnMessage, ownMessages } from '../../../src/node/own-messages.ts'
import { signatureCheck } from '../../../src/node/signature-check.ts'
import type { Message } from '../../../src/round/message/message.ts'
import { MemoryStore } from '../../../src/store/memory-store.ts'
import type { StoredVote } from '../../../src/store/store.ts'
import { identityOf } from '../../integration/node/lab.ts'

const { peerId, sign } = identityOf('a')
const body = {
  federation: cidOfValue('f'),
  round: 3,
  view: 0,
  step: 'prevote',
  value: cidOfValue('v'),
} as const
const vote: Message = { kind: 'vote', peer: peerId, body, signature: sign('vote', encodeCanonical(body)) }

describe('what a peer said before it stopped', () => {
  const signaturesHold = signatureCheck({ verify: verifySignature })

  /** What a restarted peer reads where its vote was kept as `change` makes it. */
  const readAgain = (change: (kept: StoredVote) => StoredVote) => {
    const [before, after] = [new MemoryStore(), new MemoryStore()]
    keepOwnMessage(before, vote, null)
    for (const kept of before.votesAt(3)) after.putVote(change(kept))
    return ownMessages(after, 3, 8, signaturesHold)
  }

  let keptBytes = 0

  it('is read as it was kept', () => {
    const read = readAgain((kept) => {
      keptBytes = kept.vote.length
      return kept
    })
    deepEqual(read, [{ message: vote, proof: null }])
    ok(keptBytes > 64)
  })

  it('is never gone by where a bit of it was lost: it could vote twice', () => {
    ok(keptBytes > 0)
    for (let at = 0; at < keptBytes; at++)
      throws(
        () =>
          readAgain((kept) => ({ ...kept, vote: kept.vote.map((byte, i) => (i === at ? byte ^ 1 : byte)) })),
        { code: 'STORE_ENTRY_DAMAGED' },
      )
  })

  it('is never gone by where it stands for another view', () =>
    throws(() => readAgain((kept) => ({ ...kept, view: 1 })), { code: 'STORE_ENTRY_DAMAGED' }))
})
