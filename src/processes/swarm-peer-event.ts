import type { PeerEvent } from '../node/peer-event.ts'

/** When an aggregator may die. */
export type Moment = 'before' | 'during' | 'after'

/** What a peer of a swarm of processes tells its runner: what every peer tells, and what only a rehearsal asks. */
export type SwarmPeerEvent =
  | PeerEvent
  /** Its newest record when it starts again: it may have died before it could tell of it. */
  | { readonly type: 'kept'; readonly record: string }
  /** Everything that this process has sent so far. */
  | { readonly type: 'traffic'; readonly bytes: number; readonly messages: number }
  /** How far a round's global factors are from what should be learned. */
  | { readonly type: 'loss'; readonly round: number; readonly record: string; readonly loss: number }
  /** It is about to publish what it aggregated, half has, or just has: it waits for the runner's word, or its death. */
  | { readonly type: 'moment'; readonly moment: Moment; readonly round: number }

/** What the runner tells a peer. */
export type SwarmPeerCommand =
  | { readonly do: 'end' }
  | { readonly do: 'leave' }
  | { readonly do: 'go-on' }
  /** The script's troubles are over: from now on no network loses more than a little. */
  | { readonly do: 'calm' }
  /** Another peer's process is stopped: should the runner go, it has to be woken to notice. */
  | { readonly do: 'wake'; readonly pid: number }
  /** Its training takes so many times as long from now on. */
  | { readonly do: 'slow'; readonly factor: number }
  /** Whom it does not hear from now on, and who does not hear it: a network that is split, played by both its ends. */
  | { readonly do: 'reach'; readonly deafTo: readonly string[]; readonly unheardBy: readonly string[] }
