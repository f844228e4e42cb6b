import type { Charter } from '../charter/charter.ts'
import type { PeerId } from '../identifier.ts'

/** What has been learned of how long a peer takes from a round's start to its announcement. */
export interface PeerPace {
  /** Smoothed time, milliseconds; null before it was ever heard. */
  readonly meanMs: number | null
  /** Smoothed mean deviation, milliseconds. */
  readonly deviationMs: number
  /** Doubled every time it was there but late; 1 again when it is in time. */
  readonly patience: number
  /** It was silent in the last round, so nobody waits for it in this one. */
  readonly silent: boolean
}

export type Pace = Readonly<Record<PeerId, PeerPace>>

const UNKNOWN: PeerPace = { meanMs: null, deviationMs: 0, patience: 1, silent: false }
const MEAN_GAIN = 1 / 8
const DEVIATION_GAIN = 1 / 4
const DEVIATIONS = 4
const MOST_PATIENCE = 64

export const paceOf = (pace: Pace, peer: PeerId): PeerPace => pace[peer] ?? UNKNOWN

/** A peer was heard after this long. Jacobson's estimator, as TCP uses it for its timeout (RFC 6298, §2). */
export function heardAfter({ meanMs, deviationMs }: PeerPace, afterMs: number): PeerPace {
  const settled = { patience: 1, silent: false }
  if (meanMs === null) return { ...settled, meanMs: afterMs, deviationMs: afterMs / 2 }
  const deviation = Math.abs(meanMs - afterMs)
  return {
    ...settled,
    meanMs: meanMs + MEAN_GAIN * (afterMs - meanMs),
    deviationMs: deviationMs + DEVIATION_GAIN * (deviation - deviationMs),
  }
}

/**
 * A round ended without a peer's contribution. One that was there needs more time: twice as much (RFC 6298, §5.5),
 * else a peer that is always cut off would never be measured. One that was silent is not waited for again until it
 * is heard.
 */
export const missed = (pace: PeerPace, present: boolean): PeerPace =>
  present
    ? { ...pace, silent: false, patience: Math.min(MOST_PATIENCE, pace.patience * 2) }
    : { ...pace, silent: true }

/** What one peer is given: mean + 4 deviations, or the charter's first deadline, times the patience it needs. */
const allowanceMs = (pace: PeerPace, initialMs: number) =>
  (pace.meanMs === null ? initialMs : pace.meanMs + DEVIATIONS * pace.deviationMs) * pace.patience

/**
 * The adaptive deadline of a round, in milliseconds after its start: the longest allowance of a peer that is waited
 * for, within the charter's bounds.
 */
export function adaptiveDeadlineMs(
  pace: Pace,
  peers: readonly PeerId[],
  { minimumMs, initialMs, hardMs }: Charter['deadlines'],
): number {
  const awaited = peers.map((peer) => paceOf(pace, peer)).filter(({ silent }) => !silent)
  if (awaited.length === 0) return Math.min(hardMs, initialMs)
  const longest = awaited.reduce((most, peer) => Math.max(most, allowanceMs(peer, initialMs)), 0)
  return Math.ceil(Math.min(hardMs, Math.max(minimumMs, longest)))
}

/** What a round has taught of everybody on its roster. Peers that are on it no more are forgotten. */
export function learnPace(
  pace: Pace,
  peers: readonly PeerId[],
  afterMs: readonly (number | null)[],
  present: readonly boolean[],
): Pace {
  const entries = peers.map((peer, at): [PeerId, PeerPace] => {
    const before = paceOf(pace, peer)
    const after = afterMs[at] ?? null
    return [peer, after === null ? missed(before, present[at] === true) : heardAfter(before, after)]
  })
  return Object.fromEntries(entries)
}
