import type { DemoEvent } from '../../api/demo/run-demo.ts'
import type { PeerEvent, PeerPhase } from '../../node/peer-event.ts'

/** One peer as the demo shows it. */
export interface PeerView {
  readonly name: string
  readonly peerId: string | null
  readonly rank: number | null
  readonly phase: PeerPhase | 'stopped'
  readonly detail: string
  readonly step: { readonly step: number; readonly of: number } | null
  /** Training losses, newest last; only as many as the sparkline shows. */
  readonly losses: readonly number[]
  /** Rounds whose record this peer holds. */
  readonly rounds: number
}

export type RoundView = Extract<PeerEvent, { type: 'round' }>

/** All that the demo's screen is drawn from. */
export interface DemoState {
  readonly title: string
  /** How many rounds there are to be. */
  readonly roundCount: number
  readonly peers: readonly PeerView[]
  readonly rounds: readonly RoundView[]
  /** Things a person should know, oldest first: takeovers, losses of peers, warnings. */
  readonly notices: readonly string[]
  /** How far the measuring afterwards is; null before it. */
  readonly comparing: { readonly done: number; readonly of: number } | null
}

const LOSSES_SHOWN = 24

export function demoState(names: readonly string[]): DemoState {
  return {
    title: '',
    roundCount: 0,
    peers: names.map(emptyPeer),
    rounds: [],
    notices: [],
    comparing: null,
  }
}

function emptyPeer(name: string): PeerView {
  return { name, peerId: null, rank: null, phase: 'starting', detail: '', step: null, losses: [], rounds: 0 }
}

/** The state after an event; the given state stays as it is. */
export function afterDemoEvent(state: DemoState, said: DemoEvent): DemoState {
  if (said.type === 'stopped') return afterStop(state, said.from, said.why)
  if (said.type === 'comparing') return { ...state, comparing: { done: said.done, of: said.of } }
  if (said.type !== 'peer') return state
  const { from, event } = said
  const peers = state.peers.map((peer) => (peer.name === from ? afterPeerEvent(peer, event) : peer))
  return {
    ...state,
    peers,
    rounds: afterRound(state.rounds, event),
    notices: afterNotice(state, from, event),
  }
}

function afterStop(state: DemoState, name: string, why: string): DemoState {
  const peers = state.peers.map((peer) =>
    peer.name === name && peer.phase !== 'finished'
      ? { ...peer, phase: 'stopped' as const, detail: why, step: null }
      : peer,
  )
  const early = state.peers.some((peer) => peer.name === name && peer.phase !== 'finished')
  return early ? { ...state, peers, notices: [...state.notices, `${name} ${why}`] } : state
}

function afterPeerEvent(peer: PeerView, event: PeerEvent): PeerView {
  switch (event.type) {
    case 'started':
      return { ...peer, peerId: event.peerId, rank: event.rank }
    case 'phase':
      return { ...peer, phase: event.phase, detail: event.detail ?? '', step: null }
    case 'step':
      return {
        ...peer,
        phase: 'training',
        step: { step: event.step, of: event.of },
        losses: [...peer.losses, event.loss].slice(-LOSSES_SHOWN),
      }
    case 'round':
      return { ...peer, rounds: Math.max(peer.rounds, event.round) }
    case 'finished':
      return { ...peer, phase: 'finished', detail: '', step: null }
    case 'takeover':
    case 'accusation':
    case 'warning':
      return peer
  }
}

function afterRound(rounds: readonly RoundView[], event: PeerEvent): readonly RoundView[] {
  const isNew = event.type === 'round' && rounds.every((seen) => seen.round !== event.round)
  return isNew ? [...rounds, event].sort((one, other) => one.round - other.round) : rounds
}

function afterNotice(state: DemoState, from: string, event: PeerEvent): readonly string[] {
  const notice = noticeOf(state, from, event)
  return notice === null || state.notices.includes(notice) ? state.notices : [...state.notices, notice]
}

function noticeOf(state: DemoState, from: string, event: PeerEvent): string | null {
  if (event.type === 'warning') return `${from}: ${event.message}`
  if (event.type === 'accusation')
    return `${nameOf(state, event.peer)} is accused by ${from}: ${event.reason}`
  if (event.type !== 'takeover') return null
  const [lost, next] = [nameOf(state, event.from), nameOf(state, event.to)]
  return `round ${event.round}: ${lost} did not answer in time, ${next} takes over as aggregator`
}

/** The name the user gave a peer, or a short form of its id. */
export function nameOf(state: DemoState, peerId: string): string {
  return state.peers.find((peer) => peer.peerId === peerId)?.name ?? `…${peerId.slice(-6)}`
}
