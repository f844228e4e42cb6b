import { verifySignature } from '../../network/signature.ts'
import { readOwnMessage } from '../../node/own-messages.ts'
import type { SignatureCheck } from '../../node/signature-check.ts'
import type { StoredVote } from '../../store/store.ts'
import { type Check, holds, wrong } from './verify-report.ts'

/** Whether what a peer said in the agreement is what it signed: going by anything else, it could vote twice. */
export function checkVotes(votes: readonly StoredVote[], maxPeers: number): readonly Check[] {
  const authors = new Set<string>()
  const faults: Check[] = []
  for (const kept of votes) {
    const read = readOwnMessage(kept, maxPeers, signaturesHold)
    if (read.ok) authors.add(read.value.message.peer)
    else
      faults.push(
        wrong('votes', `the ${kept.step} of round ${kept.height}, view ${kept.view}: ${read.reason}`),
      )
  }
  if (authors.size > 1) faults.push(wrong('votes', `they are of ${authors.size} peers, not of one`))
  return faults.length > 0 ? faults : [holds('votes', `${votes.length} messages`)]
}

const signaturesHold: SignatureCheck = (claims) =>
  claims.every(({ peer, kind, bytes, signature }) => verifySignature(peer, kind, bytes, signature))
