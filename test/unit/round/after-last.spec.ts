import { deepEqual, equal, ok } from 'node:assert/strict'
import type { CharterInput } from '../../../src/round/charter/charter-defaults.ts'
import { announcedBy } from '../../../src/round/collection/collection.ts'
import { frameOf } from '../../../src/round/frame.ts'
import { checkRecord } from '../../../src/round/record/check-record.ts'
import { makeRecord } from '../../../src/round/record/make-record.ts'
import type { MergedHead, RoundRecord } from '../../../src/round/record/record.ts'
import { recordId } from '../../../src/round/record/record-id.ts'
import { cid, collected, type Driven, leadingFounder, typesIn } from './samples.ts'

const ONE_ROUND: Partial<CharterInput> = { rounds: 1, partition: 'continue' }

const OTHER: MergedHead = {
  record: cid('other'),
  round: 1,
  samples: 30,
  global: { body: cid('theirs'), size: 1, modules: cid('theirs') },
  lineage: [cid('other')],
}

/** A founder that has certified the charter's only round and taken its factors over. */
function atTheEnd(given: Partial<CharterInput> = ONE_ROUND): Driven {
  const peer = collected(leadingFounder(false, given))
  const record = peer.record(0)
  const value = recordId(record)
  peer.hears(peer.leader(0), peer.proposal(0, record))
  peer.does({ type: 'verified', round: 1, value, module: null, refusal: null })
  for (const step of ['prevote', 'precommit'] as const) {
    const votes = peer.others.map((other) => ({ other, draft: peer.vote(0, step, value) }))
    for (const { other, draft } of votes) peer.hears(other, draft)
  }
  peer.does({ type: 'adopted', round: 1 })
  equal(peer.state.finished, 'rounds')
  return peer
}

/** What a peer is told when nothing else happens. */
const passes = (peer: Driven, ms: number) =>
  peer.does({ type: 'fetch-failed', reason: 'nobody is there' }, peer.nowMs + ms)

/** The same peer once it has checked another lineage that its own stands against. */
function havingMet(peer: Driven, mergeable: MergedHead | null = OTHER): Driven {
  peer.state = { ...peer.state, lineages: { ...peer.state.lineages, mergeable } }
  passes(peer, 1)
  return peer
}

/** The record of the round after the last, with this head merged. */
function recordAfter(peer: Driven, merged: MergedHead | null): RoundRecord {
  const { state } = peer
  const record = makeRecord(frameOf(state), {
    view: 0,
    aggregator: peer.leader(0),
    contributions: announcedBy(state.collection),
    result: { global: OTHER.global, clipped: [], excluded: [], energyKept: {} },
    merged,
    isPresent: () => true,
    joins: [],
    leaves: [],
  })
  ok(record)
  return record
}

/** A peer whose turn it is in the round after the last, with every contribution in hand. */
function leadingAfterTheEnd(): Driven {
  for (let at = 0; at < 64; at++) {
    const peer = atTheEnd({ ...ONE_ROUND, seed: `seed ${at}` })
    if (peer.leader(0) === peer.state.self) return collected(havingMet(peer))
  }
  throw new Error('nobody leads')
}

describe('after the last round', () => {
  it('a record is right only if it merges another lineage, and only under continue', () => {
    const peer = collected(havingMet(atTheEnd()))
    const frame = frameOf(peer.state)
    equal(frame.round, 2)
    deepEqual(checkRecord(frame, recordAfter(peer, OTHER)), { ok: true, value: null })
    const plain = checkRecord(frame, recordAfter(peer, null))
    ok(!plain.ok && /after the last one, 1/.test(plain.reason))
    const paused = { ...frame, charter: { ...frame.charter, partition: 'pause' } as const }
    equal(checkRecord(paused, recordAfter(peer, OTHER)).ok, false)
  })

  it('a peer that knows of nothing to merge takes part in no round', () => {
    const peer = havingMet(atTheEnd(), null)
    equal(peer.state.finished, 'rounds')
    peer.hears('ann', peer.announcement('ann'))
    equal(peer.state.collection.count, 0)
  })

  it('a peer that has met another lineage trains one round more, and is finished again with its record', () => {
    const peer = atTheEnd()
    const early = peer.announcement(peer.others[0] ?? '')
    peer.hears(peer.others[0] ?? '', early)
    havingMet(peer)
    equal(peer.state.finished, null)
    ok(peer.effects.some((effect) => effect.type === 'train' && effect.round === 2))
    equal(peer.state.collection.count, 1, 'what came before it knew why is not lost')
    collected(peer)
    const record = recordAfter(peer, OTHER)
    const value = recordId(record)
    peer.hears(peer.leader(0), peer.proposal(0, record))
    peer.does({ type: 'verified', round: 2, value, module: null, refusal: null })
    for (const step of ['prevote', 'precommit'] as const) {
      const votes = peer.others.map((other) => ({ other, draft: peer.vote(0, step, value) }))
      for (const { other, draft } of votes) peer.hears(other, draft)
    }
    deepEqual([peer.state.head.round, peer.state.finished], [2, 'rounds'])
    equal(peer.state.lineages.mergeable, null)
  })

  it('an aggregator without the other factors proposes nothing', () => {
    const peer = leadingAfterTheEnd()
    const { aggregating, aggregate } = peer.state.local
    ok(aggregating?.merged)
    equal(aggregate, null)
    const { attempt, view } = aggregating
    const result = {
      global: OTHER.global,
      clipped: [],
      excluded: [],
      energyKept: {},
      withoutMerged: true,
    } as const
    const said = peer.does({ type: 'aggregated', round: 2, view, attempt, result })
    equal(
      said.some((effect) => effect.type === 'sign' && effect.draft.kind === 'proposal'),
      false,
    )
  })

  it('a peer gives up after four hard deadlines, and tries again when the other lineage is met again', () => {
    const peer = havingMet(atTheEnd())
    const { hardMs } = peer.state.charter.deadlines
    passes(peer, 4 * hardMs - 1)
    equal(peer.state.finished, null)
    const said = passes(peer, 1)
    equal(peer.state.finished, 'rounds')
    ok(typesIn(said).includes('stop-training') && typesIn(said).includes('finished'))
    equal(havingMet(peer).state.finished, null)
  })
})
