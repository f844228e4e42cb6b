import { deepEqual, equal } from 'node:assert/strict'
import { TakeoverLog } from '../../../src/processes/takeover-log.ts'

const DEADLINES = {
  minimumMs: 600,
  initialMs: 10_000,
  hardMs: 60_000,
  viewMs: 3_000,
  voteMs: 600,
  viewGrowthMs: 900,
  resendMs: 900,
}

/** A log whose clock is set by hand, and in which `down` peers are down since the given times. */
function logAt(down: Readonly<Record<string, number>> = {}) {
  let nowMs = 0
  const log = new TakeoverLog({
    nameOf: (peerId) => peerId,
    nowMs: () => nowMs,
    deadlines: DEADLINES,
    downSince: (name) => down[name] ?? null,
  })
  return {
    log,
    votingAt(ms: number, round: number) {
      nowMs = ms
      log.hear({ type: 'phase', round, phase: 'voting' })
    },
    takeoverAt(ms: number, round: number, view: number, from: string, to: string) {
      nowMs = ms
      log.hear({ type: 'takeover', round, view, from, to })
    },
  }
}

describe('what the loss of an aggregator cost', () => {
  it('runs from the end of the collection, if it had died before', () => {
    const { log, votingAt, takeoverAt } = logAt({ ada: 1_000 })
    votingAt(4_000, 1)
    takeoverAt(5_500, 1, 1, 'ada', 'bo')
    deepEqual(log.all, [
      {
        round: 1,
        view: 0,
        from: 'ada',
        to: 'bo',
        atMs: 5_500,
        down: true,
        costMs: 1_500,
        deadlineMs: 3_000,
      },
    ])
  })

  it('runs from its death, if its turn had come before', () => {
    const { log, votingAt, takeoverAt } = logAt({ ada: 4_500 })
    votingAt(4_000, 1)
    takeoverAt(5_500, 1, 1, 'ada', 'bo')
    equal(log.all[0]?.costMs, 1_000)
  })

  it('is counted once, by the first who tells of it, and anew for the next in order', () => {
    const { log, votingAt, takeoverAt } = logAt({ ada: 0, bo: 0 })
    votingAt(1_000, 2)
    takeoverAt(2_000, 2, 1, 'ada', 'bo')
    takeoverAt(2_700, 2, 1, 'ada', 'bo')
    takeoverAt(6_000, 2, 2, 'bo', 'chen')
    deepEqual(
      log.all.map(({ from, costMs, deadlineMs }) => [from, costMs, deadlineMs]),
      [
        ['ada', 1_000, 3_000],
        ['bo', 4_000, 3_900],
      ],
    )
  })

  it('says of one that is up that it was not down', () => {
    const { log, votingAt, takeoverAt } = logAt()
    votingAt(1_000, 1)
    takeoverAt(2_000, 1, 1, 'ada', 'bo')
    equal(log.all[0]?.down, false)
  })
})
