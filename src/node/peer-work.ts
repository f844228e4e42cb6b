import type { Event } from '../round/event.ts'
import type { EffectOf } from './effect-of.ts'
import { carryOutAdopt } from './effects/adopt.ts'
import { carryOutAggregate } from './effects/aggregate.ts'
import { carryOutTrain } from './effects/train.ts'
import { carryOutVerify } from './effects/verify.ts'
import type { PeerContext } from './peer-context.ts'

type Work<Type extends 'train' | 'aggregate' | 'verify' | 'adopt'> = (
  context: PeerContext,
  effect: EffectOf<Type>,
  signal: AbortSignal,
) => Promise<Event | null>

/** What the round machine wants computed. Null: there is nothing to tell, because the peer was stopped. */
export interface PeerWork {
  readonly train: Work<'train'>
  readonly aggregate: Work<'aggregate'>
  readonly verify: Work<'verify'>
  readonly adopt: Work<'adopt'>
}

/** As every peer does it. Rehearsals put watchers, and liars, around it. */
export const peerWork: PeerWork = {
  train: carryOutTrain,
  aggregate: carryOutAggregate,
  verify: carryOutVerify,
  adopt: carryOutAdopt,
}
