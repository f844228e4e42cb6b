import { createLogUpdate } from 'log-update'
import type { RoundReport } from '../../swarm/report/chronicle.ts'
import type { SwarmGlance } from '../../swarm/report/swarm-glance.ts'
import type { Terminal } from '../terminal.ts'
import { describeRound } from './describe-swarm.ts'
import { renderSwarm } from './render-swarm.ts'
import { wrapText } from './wrap-text.ts'

/** Something that shows a swarm while it runs. */
export interface SwarmScreen {
  /** Whether it is a picture. */
  readonly isLive: boolean
  readonly onRound: (round: RoundReport) => void
  readonly onNote: (text: string) => void
  /** Given, as often as wanted, what shows the swarm as it is. */
  readonly onGlance: (glance: () => SwarmGlance) => void
  /** Takes the picture away; the lines of the rounds stay. */
  close(): void
}

/** Often enough for a clock, seldom enough for a slow terminal. */
const REDRAW_MS = 200

/**
 * The rounds as lines that stay, and below them a picture of the peers that is drawn over and over: by a timer, and in
 * virtual time, which leaves timers no time, whenever the swarm shows itself.
 */
export function liveSwarmScreen(
  stream: NodeJS.WriteStream,
  { title, roundCount }: { readonly title: string; readonly roundCount: number },
  nowMs: () => number,
): SwarmScreen {
  const draw = createLogUpdate(stream)
  const notes: string[] = []
  let glance: (() => SwarmGlance) | null = null
  let rounds = 0
  let loss: number | null = null
  let drawnMs = Number.NEGATIVE_INFINITY

  function redraw(): void {
    if (glance === null) return
    drawnMs = nowMs()
    const { columns = 80, rows = 24 } = stream
    draw(`\n${renderSwarm({ ...glance(), title, rounds, roundCount, loss, notes }, { columns, rows })}`)
  }

  const ticker = setInterval(redraw, REDRAW_MS)
  return {
    isLive: true,
    onRound(round) {
      rounds = Math.max(rounds, round.round)
      loss = round.loss
      draw.persist(wrapText(describeRound(round), (stream.columns ?? 80) - 1).join('\n'))
      redraw()
    },
    onNote(text) {
      notes.push(text)
    },
    onGlance(given) {
      glance = given
      if (nowMs() - drawnMs >= REDRAW_MS) redraw()
    },
    close() {
      clearInterval(ticker)
      draw.clear()
      draw.done()
    },
  }
}

/** A line for each round and for whatever befalls a process, for a log or a pipe. */
export const lineSwarmScreen = (terminal: Pick<Terminal, 'line'>): SwarmScreen => ({
  isLive: false,
  onRound: (round) => terminal.line(describeRound(round)),
  onNote: (text) => terminal.line(text),
  onGlance: () => {},
  close: () => {},
})
