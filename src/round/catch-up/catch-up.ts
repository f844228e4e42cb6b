import type { PeerId } from '../identifier.ts'

/** Who is further than this peer, and whether it has asked. */
export interface CatchUp {
  /** The round that each of these peers works on, as far as it was heard. */
  readonly ahead: readonly { readonly peer: PeerId; readonly round: number }[]
  /** Whether a `catch-up` timer is running. */
  readonly waiting: boolean
  /** Peers that served wrong records; they are not asked again. */
  readonly liars: readonly PeerId[]
}

export const noCatchUp: CatchUp = { ahead: [], waiting: false, liars: [] }

/** How many peers are remembered as being ahead, and asked at once. */
const MOST_AHEAD = 8
const MOST_LIARS = 256

/** Remembers that a peer works on a later round; of many, the furthest. */
export function noteAhead(catchUp: CatchUp, peer: PeerId, round: number): CatchUp {
  if (catchUp.liars.includes(peer)) return catchUp
  const known = catchUp.ahead.find((one) => one.peer === peer)
  if (known !== undefined && known.round >= round) return catchUp
  const others = catchUp.ahead.filter((one) => one.peer !== peer)
  const ahead = [...others, { peer, round }].sort((one, other) => other.round - one.round)
  return { ...catchUp, ahead: ahead.slice(0, MOST_AHEAD) }
}

/** Forgets those that are no longer ahead of `round`. */
export const stillAhead = (catchUp: CatchUp, round: number): CatchUp => ({
  ...catchUp,
  ahead: catchUp.ahead.filter((one) => one.round > round),
})

/** Forgets that a peer was ahead. */
export const withoutAhead = (catchUp: CatchUp, peer: PeerId): CatchUp => ({
  ...catchUp,
  ahead: catchUp.ahead.filter((one) => one.peer !== peer),
})

/** A peer served what does not verify: it is not believed again. */
export const withLiar = (catchUp: CatchUp, peer: PeerId): CatchUp => ({
  ...withoutAhead(catchUp, peer),
  liars: [...catchUp.liars.filter((liar) => liar !== peer), peer].slice(-MOST_LIARS),
})
