import { createLogUpdate } from 'log-update'
import type { DemoEvent } from '../../api/demo/run-demo.ts'
import { demoLine } from './demo-line.ts'
import { afterDemoEvent, type DemoState, demoState } from './demo-state.ts'
import { renderDemo } from './render-demo.ts'

/** Something that shows a demo while it runs. */
export interface DemoScreen {
  show(event: DemoEvent): void
  /** Leaves the last picture on the screen. */
  close(): void
}

/** Often enough for a clock, seldom enough for a slow terminal. */
const REDRAW_MS = 250

/** A picture that is drawn over and over, for a terminal. */
export function liveScreen(stream: NodeJS.WriteStream, nowMs: () => number): DemoScreen {
  const draw = createLogUpdate(stream)
  const startMs = nowMs()
  let state = demoState([])
  const redraw = () => {
    const { columns = 80 } = stream
    draw(`\n${renderDemo(state, { elapsedMs: nowMs() - startMs, columns })}\n`)
  }
  const ticker = setInterval(redraw, REDRAW_MS)
  return {
    show(event) {
      state = afterAny(state, event)
    },
    close() {
      clearInterval(ticker)
      redraw()
      draw.done()
    },
  }
}

/** A line for everything that matters, for a log or a pipe. */
export function lineScreen(write: (line: string) => void): DemoScreen {
  let state = demoState([])
  return {
    show(event) {
      state = afterAny(state, event)
      const line = demoLine(state, event)
      if (line !== null) write(line)
    },
    close() {},
  }
}

const afterAny = (state: DemoState, event: DemoEvent): DemoState =>
  event.type === 'prepared'
    ? { ...demoState(event.peers), title: event.title, roundCount: event.rounds }
    : afterDemoEvent(state, event)
