import type { Charter } from '../charter/charter.ts'
import type { PeerId } from '../identifier.ts'
import { type Places, valuesOf } from '../roster/places.ts'
import { positionOf } from '../roster/roster.ts'
import { type Pace, type PeerPace, UNKNOWN } from './pace.ts'

const DEVIATIONS = 4

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
  const { absent, strangers } = changeOf(pace.peers, peers)
  const longestKnown = longestOf(pace.times, initialMs, absent)?.ms
  if (longestKnown === undefined && !strangers) return Math.min(hardMs, initialMs)
  const longest = Math.max(longestKnown ?? 0, strangers ? allowanceMs(UNKNOWN, initialMs) : 0)
  return Math.ceil(Math.min(hardMs, Math.max(minimumMs, longest)))
}

/** How a roster differs from the one that a pace was learned of. */
interface Change {
  /** Positions of peers that are on the new one no more. */
  readonly absent: ReadonlySet<number>
  /** Whether the new one has peers that the other has not. */
  readonly strangers: boolean
}

const changes = new WeakMap<readonly PeerId[], WeakMap<readonly PeerId[], Change>>()

/** Found once for two rosters: a peer that only follows a large roster's rounds learns nothing for many of them. */
function changeOf(before: readonly PeerId[], after: readonly PeerId[]): Change {
  const ofBefore = changes.get(before) ?? new WeakMap<readonly PeerId[], Change>()
  changes.set(before, ofBefore)
  const known = ofBefore.get(after)
  if (known !== undefined) return known
  const absent = new Set([...before.keys()].filter((at) => positionOf(after, before[at] ?? '') < 0))
  const change = { absent, strangers: before.length - absent.size < after.length }
  ofBefore.set(after, change)
  return change
}

/** Who is given the longest of those that are waited for, by position, and how long that is. */
interface Longest {
  readonly at: number
  readonly ms: number
}

/** The answer where nobody is absent, for each pace. */
const longestOfAll = new WeakMap<
  Places<PeerPace>,
  { readonly initialMs: number; readonly longest: Longest | null }
>()

function longestOf(times: Places<PeerPace>, initialMs: number, absent: ReadonlySet<number>): Longest | null {
  const known = longestOfAll.get(times)
  const ofAll = known?.initialMs === initialMs ? known.longest : findLongest(times, initialMs, NOBODY)
  if (known?.initialMs !== initialMs) longestOfAll.set(times, { initialMs, longest: ofAll })
  return ofAll === null || !absent.has(ofAll.at) ? ofAll : findLongest(times, initialMs, absent)
}

const NOBODY: ReadonlySet<number> = new Set()

function findLongest(
  times: Places<PeerPace>,
  initialMs: number,
  absent: ReadonlySet<number>,
): Longest | null {
  let longest: Longest | null = null
  for (const [at, pace] of valuesOf(times).entries()) {
    if (pace.silent || absent.has(at)) continue
    const ms = allowanceMs(pace, initialMs)
    if (longest === null || ms > longest.ms) longest = { at, ms }
  }
  return longest
}
