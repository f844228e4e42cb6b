import type { Held } from '../../round/agreement/agreement.ts'
import type { Charter } from '../../round/charter/charter.ts'
import { federationId } from '../../round/charter/charter-codec.ts'
import type { ContentId, PeerId } from '../../round/identifier.ts'
import type { SignedVote } from '../../round/message/vote.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { recordId } from '../../round/record/record-id.ts'
import { foundingRoster, type Roster } from '../../round/roster/roster.ts'
import { votersOf } from '../../round/roster/voters.ts'

/** What the honest voters of a round have said. */
interface RoundVotes {
  /** So many honest prevotes, and with them all liars', are a quorum. */
  readonly enough: number
  /** By view and value. */
  readonly prevotes: Map<string, Set<PeerId>>
  /** Of each peer the latest value that it precommitted. */
  readonly locks: Map<PeerId, Held>
}

/**
 * Who precommits a value has promised to prevote no other one in a later view, unless a quorum prevoted that since
 * (lines 23 and 28–29 of Tendermint's algorithm 1). Held against what peers send, not against what they say that they
 * have locked; liars may have prevoted whatever helps. Only under `pause`: a side that goes on alone has locks of its own.
 */
export class Locks {
  readonly #charter: Charter
  readonly #isHonest: (peer: PeerId) => boolean
  readonly #rounds = new Map<number, RoundVotes>()

  constructor(charter: Charter, isHonest: (peer: PeerId) => boolean) {
    this.#charter = charter
    this.#isHonest = isHonest
    this.#begin(1, foundingRoster(charter), federationId(charter))
  }

  /** A record is certified: it says who votes in the next round. */
  onCertified(record: RoundRecord): void {
    this.#begin(record.round + 1, record.nextRoster, recordId(record))
  }

  /** A vote that an honest peer sends for the first time; answers what is wrong with it, or null. */
  note({ peer, body }: SignedVote): string | null {
    const { round, view, step, value } = body
    const votes = this.#rounds.get(round)
    if (votes === undefined || value === null) return null
    if (step === 'prevote') return notePrevote(votes, peer, { view, value })
    return notePrecommit(votes, peer, { view, value })
  }

  #begin(round: number, roster: Roster, previous: ContentId): void {
    if (this.#rounds.has(round)) return
    const voters = votersOf(roster, this.#charter.committeeSize, previous)
    const liars = voters.filter((peer) => !this.#isHonest(peer)).length
    const most = this.#charter.faults === 'byzantine' ? (2 * voters.length) / 3 : voters.length / 2
    const quorum = Math.floor(most) + 1
    this.#rounds.set(round, { enough: quorum - liars, prevotes: new Map(), locks: new Map() })
  }
}

function notePrevote(votes: RoundVotes, peer: PeerId, { view, value }: Held): string | null {
  const key = `${view}/${value}`
  const voters = votes.prevotes.get(key)
  if (voters === undefined) votes.prevotes.set(key, new Set([peer]))
  else voters.add(peer)
  const lock = votes.locks.get(peer)
  if (lock === undefined || lock.value === value || lock.view >= view) return null
  for (let since = lock.view; since < view; since++) if (isProven(votes, { view: since, value })) return null
  return `precommitted one record in view ${lock.view} and prevotes another in view ${view} without a proof`
}

function notePrecommit(votes: RoundVotes, peer: PeerId, held: Held): string | null {
  const lock = votes.locks.get(peer)
  if (lock === undefined || lock.view < held.view) votes.locks.set(peer, held)
  return isProven(votes, held) ? null : `precommits in view ${held.view} what no quorum has prevoted`
}

const isProven = ({ prevotes, enough }: RoundVotes, { view, value }: Held): boolean =>
  (prevotes.get(`${view}/${value}`)?.size ?? 0) >= enough
