import { isMember } from '../frame.ts'
import type { PeerId } from '../identifier.ts'
import { timerEffect } from '../round/begin-round.ts'
import { tellPeer } from '../spread/say.ts'
import type { RoundState } from '../state.ts'
import { doing, quiet, type Step } from '../transition.ts'

/** The connection to a peer is gone. If it stays so for a moment, nobody waits for that peer. */
export function onPeerGone(state: RoundState, peer: PeerId, nowMs: number): Step {
  if (peer === state.self || !isOfInterest(state, peer)) return quiet(state)
  if (state.gone.some((one) => one.peer === peer)) return quiet(state)
  const next = { ...state, gone: [...state.gone, { peer, sinceMs: nowMs }] }
  return doing(next, timerEffect(next, 'gone', nowMs + state.charter.deadlines.minimumMs))
}

/** Under `continue` it matters of everybody who may be on a later roster: with them this peer would go on. */
const isOfInterest = (state: RoundState, peer: PeerId): boolean =>
  isMember(state, peer) ||
  (state.charter.partition === 'continue' && state.gone.length < state.charter.maxPeers)

/** A peer is connected again. */
export function onPeerHere(state: RoundState, peer: PeerId): Step {
  if (!state.gone.some((one) => one.peer === peer)) return quiet(state)
  const next = { ...state, gone: state.gone.filter((one) => one.peer !== peer) }
  const head = state.own.find(({ kind }) => kind === 'head')
  const meet = state.charter.partition === 'continue' && head !== undefined
  return meet ? doing(next, tellPeer(next, head, peer)) : quiet(next)
}
