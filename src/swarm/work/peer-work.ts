import type { Effect } from '../../round/effect.ts'
import type { Aggregated, Event, TrainedContribution } from '../../round/event.ts'
import type { AnnouncementMessage } from '../../round/message/message.ts'
import type { GlobalFactors, MergedHead, RoundRecord } from '../../round/record/record.ts'

type EffectOf<Type extends Effect['type']> = Extract<Effect, { readonly type: Type }>

/** Ways in which a liar spoils the factors it trains. */
export type TrainingLie = 'nan' | 'scaled' | 'flipped'

/** Ways in which a liar spoils an aggregate. */
export type AggregateLie =
  | 'wrong-sum'
  | 'dropped-contribution'
  | 'dropped-direction'
  | 'swapped-directions'
  | 'one-module'

export type Refusal = Extract<Event, { type: 'verified' }>['refusal']

type Eventually<Value> = Value | Promise<Value>

/** What an aggregate is to be made of. */
export interface AggregateWork {
  readonly contributions: readonly AnnouncementMessage[]
  /** Another lineage's head, as one contribution more. */
  readonly merged: MergedHead | null
  readonly global: GlobalFactors | null
}

/**
 * What virtual peers work on. Bodies are in reach when these are called; `holder` is the peer that works, by number.
 */
export interface Workload {
  train(holder: number, effect: EffectOf<'train'>, lie: TrainingLie | null): Eventually<TrainedContribution>
  aggregate(holder: number, work: AggregateWork, lie: AggregateLie | null): Eventually<Aggregated>
  /** The modules that factors have, by name. */
  readonly modules: readonly string[]
  /** valid(v), as a verifier finds it that looks at these modules; null: all. */
  verify(
    holder: number,
    record: RoundRecord,
    global: GlobalFactors | null,
    modules: readonly string[] | null,
  ): Eventually<Refusal>
  /** Why a record's global factors are not the aggregate of its contributions, as an onlooker who knows all sees it. */
  fault(record: RoundRecord, global: GlobalFactors | null): Eventually<string | null>
  /** How far global factors are from what the swarm should learn; null where there is nothing to learn. */
  loss(global: GlobalFactors): number | null
}
