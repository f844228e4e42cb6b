import { initialAgreement } from '../agreement/agreement.ts'
import { restoreLock } from '../agreement/restore-agreement.ts'
import { startView } from '../agreement/start-view.ts'
import { emptyCollection, withAnnouncement } from '../collection/collection.ts'
import { isGone } from '../frame.ts'
import type { SideProof } from '../record/record.ts'
import { placeAt, placesOf } from '../roster/places.ts'
import { peersOf, positionOf } from '../roster/roster.ts'
import { heightAfter } from '../round/begin-round.ts'
import { performActs } from '../rules/perform-acts.ts'
import type { RoundState } from '../state.ts'
import { andThen, quiet, type RoundRule, type Step } from '../transition.ts'
import { lockOf } from './locks.ts'
import { isStuck, sideRoster } from './side.ts'

/** Everybody whom this peer would go on with would go on with just the same peers: they are the roster now. */
export const takeSide: RoundRule = (state, nowMs) => {
  const proof = agreedSide(state)
  if (proof === null || String(proof.side) === String(state.side?.proof.side)) return null
  const sided = withSide(state, proof, nowMs)
  return isUntouched(state)
    ? quiet({ ...sided, agreement: { ...sided.agreement, open: state.agreement.open } })
    : inNextView(sided, nowMs)
}

/**
 * Not everybody of the side took it, as happens where connections come back meanwhile, and the whole roster has a quorum
 * again: the round is the whole roster's again.
 */
export const leaveSide: RoundRule = (state, nowMs) => {
  const { side } = state
  if (side === null || !isStuck(state, nowMs)) return null
  const whole = withSide(state, null, nowMs)
  const there = whole.height.voters.filter((peer) => !isGone(state, peer, nowMs)).length
  if (there < whole.height.quorum) return null
  const own = whole.own.filter(({ kind, body }) => kind !== 'head' || !('side' in body))
  const splits = whole.splits.filter(({ peer }) => peer !== whole.self)
  return inNextView({ ...whole, own, splits, asked: null }, nowMs)
}

function inNextView(state: RoundState, nowMs: number): Step {
  const { agreement, acts } = startView(state.height, state.agreement, state.agreement.view + 1)
  return andThen(quiet({ ...state, agreement }), (now) => performActs(now, acts, nowMs))
}

/** Nothing has been voted or proposed here yet: the side's round goes on collecting. */
const isUntouched = ({ agreement, local, locks }: RoundState): boolean =>
  agreement.view === 0 && agreement.cast.length === 0 && local.proposed.length === 0 && locks.length === 0

/** The side of this peer's own word, if each of its members has given the same. */
function agreedSide({ splits, self }: RoundState): SideProof | null {
  const side = splits.find(({ peer }) => peer === self)?.body.side
  if (side === undefined) return null
  const words = side.map((member) =>
    splits.find(({ peer, body }) => peer === member && String(body.side) === String(side)),
  )
  const given = words.filter((word) => word !== undefined)
  if (given.length < side.length) return null
  return { side, signatures: given.map(({ peer, signature }) => ({ peer, signature })) }
}

/**
 * The round begins again for the side (null: for everybody), with what was announced by its members. Views go on
 * counting, so that no vote of before can be taken for one of now, nor the other way round. A side that is taken again
 * after a restart stands by what it had locked: some of it may be decided.
 */
function withSide(state: RoundState, proof: SideProof | null, nowMs: number): RoundState {
  const full = state.side?.full ?? state.roster
  const roster = proof === null ? full : sideRoster(full, proof.side)
  const height = heightAfter(state.charter, state.self, roster, state.head.record)
  const lock = lockOf(state.locks, proof?.side ?? [])
  const blank = initialAgreement(height)
  const fresh = lock === null ? blank : restoreLock(height, blank, lock)
  const before = peersOf(state.roster)
  const places = peersOf(roster).map((peer) => positionOf(before, peer))
  const collection = places.reduce(
    (kept, place, at) => {
      const heard = placeAt(state.collection.heard, place) ?? null
      return heard === null ? kept : withAnnouncement(kept, at, heard.message, heard.afterMs)
    },
    emptyCollection(roster.length, state.collection.deadlineMs),
  )
  return {
    ...state,
    roster,
    side: proof === null ? null : { proof, full, fromView: state.agreement.view, sinceMs: nowMs },
    height,
    agreement: { ...fresh, view: state.agreement.view, cast: state.agreement.cast },
    collection: { ...collection, ended: state.collection.ended },
    present: placesOf(places.map((place) => placeAt(state.present, place) === true)),
    local: { ...state.local, aggregating: null, aggregate: null, early: [] },
  }
}
