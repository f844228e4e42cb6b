import type { Happening } from '../script/script.ts'
import type { FileHappening, PeerChoice } from './swarm-file.ts'

/** What a line of a swarm file means for single peers. */
export function happeningsOf(happening: FileHappening, size: number): Happening[] {
  if ('aggregator-dies' in happening) {
    const { 'aggregator-dies': moment, for: forMs, 'per-round': perRound } = happening
    return [{ type: 'aggregator-dies', moment, forMs, perRound }]
  }
  if ('every-round' in happening) {
    const { 'every-round': of, within: withinMs, for: forMs } = happening
    return [{ type: 'every-round', of, withinMs, forMs: typeof forMs === 'number' ? [forMs, forMs] : forMs }]
  }
  const atMs = happening.at
  if ('leave' in happening)
    return chosen(happening.leave, size).map((peer) => ({ type: 'leave', atMs, peer }))
  if ('crash' in happening) {
    const forMs = happening.for ?? null
    return chosen(happening.crash, size).map((peer) => ({ type: 'crash', atMs, peer, forMs }))
  }
  if ('slow' in happening) {
    const { times: factor, for: forMs = null } = happening
    return chosen(happening.slow, size).map((peer) => ({ type: 'slow', atMs, peer, factor, forMs }))
  }
  const forMs = happening.for
  if ('hang' in happening)
    return chosen(happening.hang, size).map((peer) => ({ type: 'hang', atMs, peer, forMs }))
  if ('deaf' in happening)
    return chosen(happening.to, size).map((from) => ({ type: 'cut', atMs, from, to: happening.deaf, forMs }))
  return [{ type: 'partition', atMs, sides: sidesOf(happening.partition, size), forMs }]
}

function chosen(choice: PeerChoice, size: number): readonly number[] {
  if (choice === 'all') return Array.from({ length: size }, (_, at) => at)
  return typeof choice === 'number' ? [choice] : choice
}

/** Peers that no side names are on the first. */
const sidesOf = (sides: readonly (readonly number[])[], size: number): number[] =>
  Array.from({ length: size }, (_, peer) =>
    Math.max(
      0,
      sides.findIndex((side) => side.includes(peer)),
    ),
  )
