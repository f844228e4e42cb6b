import type { CharterInput } from '../../round/charter/charter-defaults.ts'
import type { LieName } from '../lies/lie.ts'
import type { NetworkProfile } from '../network/network-profile.ts'

/** One peer of a scripted swarm. */
export interface PeerScript {
  readonly rank: number
  readonly samples: number
  /** How long it trains in a round, drawn anew each time. */
  readonly trainMs: readonly [number, number]
  /** Null: a founder. Otherwise when it starts and asks to join. */
  readonly joinsAtMs: number | null
  readonly lie: LieName | null
}

/** What befalls the swarm. Peers are numbered from 0. */
export type Happening =
  /** Power is lost; null: for good. */
  | { readonly type: 'crash'; readonly atMs: number; readonly peer: number; readonly forMs: number | null }
  /** It loses power just before it carries out its n-th effect, counted over all its lives. */
  | {
      readonly type: 'crash-at-effect'
      readonly effect: number
      readonly peer: number
      readonly forMs: number | null
    }
  /** Stopped by signal: it does nothing, and then everything at once. */
  | { readonly type: 'hang'; readonly atMs: number; readonly peer: number; readonly forMs: number }
  /** Its work takes `factor` times as long. */
  | {
      readonly type: 'slow'
      readonly atMs: number
      readonly peer: number
      readonly factor: number
      readonly forMs: number | null
    }
  /** The network splits: `sides` gives each peer's side. */
  | {
      readonly type: 'partition'
      readonly atMs: number
      readonly sides: readonly number[]
      readonly forMs: number
    }
  /** Nothing gets from one peer to another, in this direction only. */
  | {
      readonly type: 'cut'
      readonly atMs: number
      readonly from: number
      readonly to: number
      readonly forMs: number
    }
  /** The user of a peer takes it out. */
  | { readonly type: 'leave'; readonly atMs: number; readonly peer: number }
  /** Whoever aggregates dies, in every round: before its proposal, with half of them sent, or right after. */
  | {
      readonly type: 'aggregator-dies'
      readonly moment: 'before' | 'during' | 'after'
      readonly forMs: number | null
      /** Of the rounds' aggregators, how many in a row. */
      readonly perRound: number
    }
  /**
   * An enemy in the network waits for one view of a round: its next aggregator, if honest, misses the proposal,
   * everybody else but `hearer` misses a share of the precommits, and whoever has the round's record first loses
   * power before it can tell anybody. Of those that precommit, the share `lockedDie` loses power right after.
   */
  | {
      readonly type: 'ambush'
      readonly round: number
      readonly view: number
      readonly hearer: number
      readonly share: number
      readonly lockedDie: number
      readonly forMs: number
    }
  /** In every round one of the peers that are up crashes or hangs, at a moment of the round's first `withinMs`. */
  | {
      readonly type: 'every-round'
      readonly of: readonly ('crash' | 'hang')[]
      readonly withinMs: number
      /** The shortest and the longest time that it is away. */
      readonly forMs: readonly [number, number]
    }

/** A real model, and the peers' data for it, given out in turn. */
export interface ExactTraining {
  readonly model: string
  readonly data: readonly string[]
}

/** Everything a simulated swarm is: together with the code, it decides every bit of what happens. */
export interface Script {
  readonly name: string
  readonly seed: number
  readonly peers: readonly PeerScript[]
  readonly charter: Partial<Omit<CharterInput, 'founders' | 'name' | 'model'>>
  readonly network: NetworkProfile
  readonly training: 'none' | 'toy' | 'exact'
  /** What `exact` trains; paths as the swarm file has them. Left out: nothing. */
  readonly exact?: ExactTraining
  readonly happenings: readonly Happening[]
  /** From here on the network is whole and everybody who comes back is back. */
  readonly calmAtMs: number
  /** How long after that everybody may take to be done. */
  readonly patienceMs: number
}

/** Deadlines that suit virtual peers, whose training takes about a second. */
export const SWARM_DEADLINES = {
  minimumMs: 200,
  initialMs: 4_000,
  hardMs: 20_000,
  viewMs: 1_000,
  voteMs: 200,
  viewGrowthMs: 300,
  resendMs: 300,
}
