import { withLiar, withoutAhead } from '../catch-up/catch-up.ts'
import type { PeerId } from '../identifier.ts'
import { compareLineages } from '../partition/compare-lineages.ts'
import { branchOf, checkFollows } from '../partition/lineage.ts'
import type { CertifiedRecord } from '../record/certificate.ts'
import { recordId } from '../record/record-id.ts'
import { advance } from '../round/advance.ts'
import { askForRecords } from '../round/ask-for-records.ts'
import type { RoundState } from '../state.ts'
import { andThen, doing, quiet, refusal, type Step } from '../transition.ts'

/**
 * Certified records from another peer. Each is followed if it follows from the one before and a quorum of that
 * round's voters signed it; a peer that serves anything else is not asked again.
 */
export function onRecordsFetched(
  state: RoundState,
  peer: PeerId,
  records: readonly CertifiedRecord[],
  nowMs: number,
): Step {
  const own = new Set(state.lineages.trail.map(({ record }) => record))
  const [first] = records.filter(({ record }) => !own.has(recordId(record)))
  const parted = first !== undefined && first.record.previous !== state.head.record
  if (parted && state.charter.partition === 'continue') return onForeignRecords(state, peer, records, nowMs)
  let done = quiet(state)
  for (const certified of records) {
    const { round } = certified.record
    if (round < done.state.round || isOver(done.state)) continue
    const { charter, self, head, roster, side } = done.state
    const follows = checkFollows(charter, self, head, side?.full ?? roster, certified)
    if (!follows.ok) return andThen(done, (now) => distrust(now, peer, round, follows.reason))
    done = andThen(done, (now) => advance(now, certified, true, nowMs))
  }
  return afterFetch(state, done, peer, nowMs)
}

/** Even after the last round another lineage may have been merged; after anything else nothing follows. */
const isOver = ({ finished }: RoundState): boolean => finished !== null && finished !== 'rounds'

/** A peer that has nothing new is not ahead, whatever it said; it is asked again when it says so again. */
const notAhead = (state: RoundState, peer: PeerId): RoundState =>
  state.yieldingMs === null ? { ...state, catchUp: withoutAhead(state.catchUp, peer) } : state

/** Of what was fetched only the newest matters, and there may be more. */
function afterFetch(before: RoundState, done: Step, peer: PeerId, nowMs: number): Step {
  if (done.state.head.record === before.head.record) return { ...done, state: notAhead(done.state, peer) }
  const onlyLast = { ...done, effects: withoutStaleWork(done) }
  return andThen(onlyLast, (now) => askForRecords(now, nowMs))
}

function onForeignRecords(
  state: RoundState,
  peer: PeerId,
  records: readonly CertifiedRecord[],
  nowMs: number,
): Step {
  const { charter, self, lineages } = state
  const branch = branchOf(charter, self, lineages.trail, records)
  if (branch === null) return quiet(notAhead(state, peer))
  if (!branch.ok) return distrust(state, peer, records[0]?.record.round ?? 0, branch.reason)
  return afterFetch(state, compareLineages(state, branch.value, nowMs), peer, nowMs)
}

function distrust(state: RoundState, peer: PeerId, round: number, reason: string): Step {
  const next = { ...state, catchUp: withLiar(state.catchUp, peer) }
  const why = `the record of round ${round} that it served: ${reason}`
  return doing(next, refusal(peer, 'record', why), { type: 'accuse', peer, reason: why, evidence: [] })
}

/** Of several records in a row only the last one's global factors are wanted, and only its head is worth saying. */
function withoutStaleWork({ state, effects }: Step): Step['effects'] {
  return effects.filter((effect) => {
    if (effect.type === 'adopt') return effect.round === state.head.round
    if (effect.type === 'timer') return effect.timer.round === state.round
    return (
      effect.type !== 'sign' || effect.draft.kind !== 'head' || effect.draft.body.round === state.head.round
    )
  })
}
