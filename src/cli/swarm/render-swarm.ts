import { styleText } from 'node:util'
import type { PeerGlance, SwarmGlance } from '../../swarm/report/swarm-glance.ts'
import { bar, clip, clock } from '../demo/chart.ts'
import { drawTable } from '../demo/draw-table.ts'

/** All that the picture of a running swarm is drawn from. */
export interface SwarmPicture extends SwarmGlance {
  readonly title: string
  /** Rounds that are certified, and how many there are to be. */
  readonly rounds: number
  readonly roundCount: number
  /** Of the last round, where something is learned. */
  readonly loss: number | null
  /** What befell it, oldest first. */
  readonly notes: readonly string[]
}

export interface SwarmFrame {
  readonly columns: number
  readonly rows: number
}

const WIDEST = 100
const ROOM_FOR_BAR = 76
/** Always as many lines, so that the picture stays still. */
const NOTES_SHOWN = 4
/** What surrounds the peers: head, table's head, gaps, notes. */
const OTHER_ROWS = NOTES_SHOWN + 6

type Look = 'aggregator' | 'up' | 'starting' | 'killed' | 'stopped' | 'absent' | 'gone'

const MARKS = {
  aggregator: ['yellow', '◆'],
  up: ['green', '●'],
  starting: ['cyan', '◌'],
  killed: ['red', '✗'],
  stopped: ['magenta', '■'],
  absent: ['dim', '○'],
  gone: ['dim', '·'],
} as const satisfies Record<Look, readonly [Parameters<typeof styleText>[0], string]>

/** A running swarm: a line for each peer, or a mark where they are too many, then what befell it last. */
export function renderSwarm(picture: SwarmPicture, { columns, rows }: SwarmFrame): string {
  const width = Math.min(WIDEST, columns - 1)
  const { peers, notes } = picture
  const shown = notes.slice(-NOTES_SHOWN)
  const gap = Array.from({ length: NOTES_SHOWN - shown.length }, () => '')
  return [
    headOf(picture, width),
    '',
    ...(peers.length <= rows - OTHER_ROWS ? tableOf(picture) : marksOf(peers, width)),
    '',
    ...shown.map((note) => styleText('dim', clip(note, width))),
    ...gap,
  ].join('\n')
}

function headOf({ title, rounds, roundCount, loss, nowMs, peers }: SwarmPicture, width: number): string {
  const up = peers.filter(({ condition }) => condition === 'up').length
  const facts = [
    `${width < ROOM_FOR_BAR ? '' : `${bar(rounds / roundCount)} `}${rounds} of ${roundCount} rounds`,
    `${up} of ${peers.length} up`,
    ...(loss === null ? [] : [`loss ${loss.toFixed(4)}`]),
    clock(nowMs),
  ].join('   ')
  return `${styleText('bold', clip(title, width - [...facts].length - 3))}   ${facts}`
}

function tableOf({ peers, roundCount }: SwarmPicture): string[] {
  return drawTable(
    [
      { title: '', align: 'left' },
      { title: 'peer', align: 'left' },
      { title: 'rank', align: 'right' },
      { title: 'round', align: 'right' },
      { title: 'does', align: 'left', least: 'aggregating'.length },
      { title: '', align: 'left' },
    ],
    peers.map((peer) => {
      const { name, rank, round, lie } = peer
      const look = lookOf(peer)
      const isHere = look === 'aggregator' || look === 'up' || look === 'stopped'
      return [
        markOf(look),
        isHere ? name : styleText('dim', name),
        String(rank),
        // Who has finished stands before a round that there is not.
        round === 0 ? '' : String(Math.min(round, roundCount)),
        doingOf(peer, look),
        lie === null ? '' : styleText('magenta', `lies: ${lie}`),
      ]
    }),
  )
}

/** A peer that is away is said to be away, one that is here says what it does. */
function doingOf({ condition, phase }: PeerGlance, look: Look): string {
  if (condition === 'up') return look === 'aggregator' ? styleText('yellow', phase) : phase
  const words = {
    starting: 'starting',
    killed: 'killed',
    stopped: 'stopped',
    absent: 'joins later',
    gone: 'gone',
  }
  return styleText(MARKS[condition][0], words[condition])
}

/** Thousands fit as marks. */
function marksOf(peers: readonly PeerGlance[], width: number): string[] {
  const looks = peers.map(lookOf)
  const lines: string[] = []
  for (let from = 0; from < looks.length; from += width)
    lines.push(
      looks
        .slice(from, from + width)
        .map(markOf)
        .join(''),
    )
  const counts = (Object.keys(MARKS) as Look[])
    .map((look) => ({ look, count: looks.filter((one) => one === look).length }))
    .filter(({ count }) => count > 0)
    .map(({ look, count }) => `${markOf(look)} ${count} ${look}`)
  return [...lines, counts.join('   ')]
}

function markOf(look: Look): string {
  const [colour, mark] = MARKS[look]
  return styleText(colour, mark)
}

function lookOf({ condition, aggregates, phase }: PeerGlance): Look {
  const isAtIt = aggregates && (phase === 'aggregating' || phase === 'voting' || phase === 'collecting')
  return condition === 'up' && isAtIt ? 'aggregator' : condition
}
