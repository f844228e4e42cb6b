import type { Event } from '../../round/event.ts'
import type { EffectOf } from '../effect-of.ts'
import { judgeAggregate, type Refusal, refusalOf } from '../judge-aggregate.ts'
import { loadGlobal } from '../load-global.ts'
import type { PeerContext } from '../peer-context.ts'

/**
 * valid(v): whether a proposed record's global factors are what it says. Where peers may only crash, the factors
 * must be there, complete and finite. Where they may lie, they must be the aggregate of the contributions that the
 * record lists, and its exclusions must be deserved.
 */
export async function carryOutVerify(
  context: PeerContext,
  question: EffectOf<'verify'>,
  signal: AbortSignal,
): Promise<Event | null> {
  const { round, value, module } = question
  const { faults } = context.charter
  const refusal = isUnknown(context, module)
    ? null
    : await (faults === 'crash' ? judgeGlobal : judgeAggregate)(context, question)
  return signal.aborted ? null : { type: 'verified', round, value, module, refusal }
}

/** Nothing can be wrong with a module that the model does not have. */
const isUnknown = ({ modules }: PeerContext, module: string | null): boolean =>
  module !== null && !modules.some(({ name }) => name === module)

async function judgeGlobal(context: PeerContext, { record }: EffectOf<'verify'>): Promise<Refusal> {
  try {
    await loadGlobal(context, record.global)
    return null
  } catch (error) {
    return refusalOf(error)
  }
}
