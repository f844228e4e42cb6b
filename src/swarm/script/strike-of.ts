import { random } from '../../base/random.ts'
import type { Happening, Script } from './script.ts'

export type EveryRound = Extract<Happening, { type: 'every-round' }>

/** What befalls one peer in one round. */
export interface Strike {
  readonly peer: number
  readonly kind: EveryRound['of'][number]
  /** From the round's start. */
  readonly afterMs: number
  readonly forMs: number
}

/**
 * What `every-round` does in a round: drawn from the script's seed, among the peers that are up when the round begins.
 * Null: none is.
 */
export function strikeOf(
  { seed }: Pick<Script, 'seed'>,
  { of, withinMs, forMs: [shortest, longest] }: EveryRound,
  round: number,
  up: readonly number[],
): Strike | null {
  const chance = random('strike', seed, round)
  const kind = of[chance.integer(of.length)]
  const afterMs = Math.round(chance.uniform() * withinMs)
  const forMs = Math.round(shortest + chance.uniform() * (longest - shortest))
  const peer = up.length === 0 ? undefined : up[chance.integer(up.length)]
  return peer === undefined || kind === undefined ? null : { peer, kind, afterMs, forMs }
}
