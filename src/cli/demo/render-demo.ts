import { styleText } from 'node:util'
import { bar, clip, clock, percent, sparkline } from './chart.ts'
import { type DemoState, nameOf, type PeerView, type RoundView } from './demo-state.ts'
import { drawTable } from './draw-table.ts'

export interface DemoFrame {
  readonly elapsedMs: number
  /** Of the terminal; nothing is drawn wider, and never wider than 100. */
  readonly columns: number
}

const WIDEST = 100
/** Room for a bar with its count, or for a few words. */
const DETAIL_COLUMNS = 20
const NAME_COLUMNS = 12
const NOTICES_SHOWN = 6

/** The demo's screen: a line a peer, a line a round, then what a person should know. */
export function renderDemo(state: DemoState, { elapsedMs, columns }: DemoFrame): string {
  const width = Math.min(WIDEST, columns - 1)
  return [
    `${styleText('bold', clip(state.title, width - 30))}   ${roundText(state)}   ${clock(elapsedMs)}`,
    '',
    ...peerLines(state),
    ...roundLines(state, width),
    ...noticeLines(state, width),
    ...comparingLines(state),
  ].join('\n')
}

function roundText({ rounds, roundCount }: DemoState): string {
  const done = rounds.at(-1)?.round ?? 0
  return done >= roundCount ? `all ${roundCount} rounds done` : `round ${done + 1} of ${roundCount}`
}

function peerLines(state: DemoState): string[] {
  return drawTable(
    [
      { title: 'peer', align: 'left' },
      { title: 'rank', align: 'right' },
      { title: 'phase', align: 'left', least: 'aggregating'.length },
      { title: '', align: 'left', least: DETAIL_COLUMNS },
      { title: 'loss', align: 'right', least: 6 },
      { title: '', align: 'left' },
    ],
    state.peers.map(peerRow),
  )
}

function peerRow(peer: PeerView): string[] {
  const loss = peer.losses.at(-1)
  return [
    styleText('cyan', clip(peer.name, NAME_COLUMNS)),
    peer.rank === null ? '' : String(peer.rank),
    phaseText(peer),
    peer.step === null
      ? clip(peer.detail, DETAIL_COLUMNS)
      : `${bar(peer.step.step / peer.step.of)} ${peer.step.step}/${peer.step.of}`,
    loss === undefined ? '' : loss.toFixed(3),
    styleText('dim', sparkline(peer.losses)),
  ]
}

function phaseText({ phase }: PeerView): string {
  if (phase === 'stopped') return styleText('red', phase)
  if (phase === 'finished') return styleText('green', phase)
  return phase === 'aggregating' ? styleText('yellow', phase) : phase
}

function roundLines(state: DemoState, width: number): string[] {
  const [first] = state.rounds
  if (first === undefined) return []
  const ranks = Object.keys(first.energyKept)
  const lines = drawTable(
    [
      { title: 'round', align: 'right' },
      { title: 'aggregator', align: 'left' },
      { title: 'contributed', align: 'left' },
      { title: 'time', align: 'right' },
      ...ranks.map((rank) => ({ title: `kept r${rank}`, align: 'right' as const })),
    ],
    state.rounds.map((round) => roundRow(state, round)),
  )
  const left = state.rounds.flatMap((round) => exclusions(state, round))
  return ['', ...lines, ...left.map((line) => clip(line, width))]
}

function roundRow(state: DemoState, round: RoundView): string[] {
  const { contributors, excluded, view } = round
  const took = view > 0 ? ` (${view} takeover${view > 1 ? 's' : ''})` : ''
  return [
    String(round.round),
    clip(nameOf(state, round.aggregator), NAME_COLUMNS) + took,
    `${contributors.length} of ${contributors.length + excluded.length}`,
    `${(round.milliseconds / 1000).toFixed(1)} s`,
    ...Object.values(round.energyKept).map(percent),
  ]
}

const exclusions = (state: DemoState, { round, excluded }: RoundView): string[] =>
  excluded.map(({ peer, reason }) => `  round ${round} went on without ${nameOf(state, peer)}: ${reason}`)

function noticeLines({ notices }: DemoState, width: number): string[] {
  const shown = notices.slice(-NOTICES_SHOWN)
  return shown.length === 0
    ? []
    : ['', ...shown.map((notice) => `${styleText('yellow', '!')} ${clip(notice, width - 2)}`)]
}

function comparingLines({ comparing }: DemoState): string[] {
  if (comparing === null) return []
  const { done, of } = comparing
  return ['', `${bar(done / of)} measuring on held-out data: before, alone, federated (${done} of ${of})`]
}
