import type { Contribution } from '../../aggregate/contribution.ts'
import { verifyAggregate } from '../../aggregate/verify-aggregate.ts'
import type { Event } from '../../round/event.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { aggregateOptions } from '../aggregate-options.ts'
import { applyNormRule } from '../apply-norm-rule.ts'
import type { EffectOf } from '../effect-of.ts'
import { gatherContributions } from '../gather-contributions.ts'
import { GlobalFactorsError, loadGlobal } from '../load-global.ts'
import { mergedContribution } from '../merged-contribution.ts'
import type { PeerContext } from '../peer-context.ts'

type Refusal = Extract<Event, { type: 'verified' }>['refusal']
type Question = EffectOf<'verify'>

/**
 * valid(v): whether a proposed record's global factors are what it says. Where peers may only crash, the factors
 * must be there, complete and finite. Where they may lie, they must be the aggregate of the contributions that the
 * record lists, by probes that the aggregator could not foresee, and its exclusions must be deserved.
 */
export async function carryOutVerify(
  context: PeerContext,
  question: Question,
  signal: AbortSignal,
): Promise<Event | null> {
  const { round, value, module } = question
  const refusal = await judge(context, question)
  return signal.aborted ? null : { type: 'verified', round, value, module, refusal }
}

async function judge(context: PeerContext, question: Question): Promise<Refusal> {
  const { record, global, module } = question
  try {
    const proposed = await loadGlobal(context, record.global)
    if (context.charter.faults === 'crash') return null
    const unjust = await unjustExclusion(context, record)
    if (unjust !== null) return refused(unjust)
    const used = await usedContributions(context, record)
    if (typeof used === 'string') return refused(used)
    const { merged } = record
    const all = merged === null ? used : [...used, await mergedContribution(context, merged)]
    const options = await aggregateOptions(context, global, all)
    const probeSeed = crypto.randomUUID()
    const modules = module === null ? {} : { modules: [module] }
    const verdict = await verifyAggregate(
      all,
      proposed,
      { ...options, ...modules, probeSeed },
      context.product,
    )
    return verdict.ok ? null : { reason: verdict.reason.slice(0, 256), module: verdict.module }
  } catch (error) {
    const unavailable =
      error instanceof BodyUnavailable || (error instanceof GlobalFactorsError && error.evidence.unavailable)
    return refused(error instanceof Error ? error.message : String(error), unavailable)
  }
}

/** `unavailable`: what had to be checked could not be pulled, which is nobody's lie. */
const refused = (reason: string, unavailable = false): Refusal => ({
  reason: reason.slice(0, 256),
  module: null,
  ...(unavailable ? { unavailable: true } : {}),
})

/** A contribution that nobody delivered, so that a record can be judged only later. */
class BodyUnavailable extends Error {}

/** A contribution that was called malformed must be: nobody is shut out by a word. */
async function unjustExclusion(context: PeerContext, { exclusions }: RoundRecord): Promise<string | null> {
  const accused = exclusions.filter(({ reason }) => reason === 'malformed')
  const { contributions } = await gatherContributions(context, announcedOf(accused))
  const [sound] = contributions
  return sound === undefined
    ? null
    : `the contribution of ${sound.peer} was called malformed, but it is sound`
}

/** What the record says was averaged, cut by the norm rule as everybody cuts it; or what is wrong with it. */
async function usedContributions(
  context: PeerContext,
  record: RoundRecord,
): Promise<readonly Contribution[] | string> {
  const overNorm = record.exclusions.filter(({ reason }) => reason === 'norm')
  const listed = [...record.contributions, ...announcedOf(overNorm)]
  const gathered = await gatherContributions(context, listed)
  const [missing] = gathered.unusable
  if (missing?.reason === 'unavailable')
    throw new BodyUnavailable(`contribution of ${missing.peer}: ${missing.detail}`)
  if (missing !== undefined) return `contribution of ${missing.peer}: ${missing.detail}`
  const judged = applyNormRule(gathered.contributions, context.charter.contributions.norm)
  const clips = new Map(judged.clipped.map(({ peer, clip }) => [peer, clip]))
  const misclipped = record.contributions.find(
    ({ peer, clip }) => Math.abs(clip - (clips.get(peer) ?? 1)) > 1e-9,
  )
  if (misclipped !== undefined)
    return `the contribution of ${misclipped.peer} is not clipped as the norm rule says`
  const outside = new Set(judged.excluded.map(({ peer }) => peer))
  const wrong = listed.find(({ peer }) => outside.has(peer) !== overNorm.some((one) => one.peer === peer))
  return wrong === undefined ? judged.kept : `the norm rule says otherwise of ${wrong.peer}`
}

/** The announcements that exclusions judge. */
const announcedOf = (exclusions: RoundRecord['exclusions']) =>
  exclusions.flatMap(({ peer, announced }) => (announced === null ? [] : [{ peer, body: announced.body }]))
