import { cidOfValue } from '../../base/content-id.ts'
import { random } from '../../base/random.ts'
import { alphaOf } from '../../round/charter/alpha-of.ts'
import type { Charter } from '../../round/charter/charter.ts'
import type { Aggregated } from '../../round/event.ts'
import { byCodeUnits } from '../../round/identifier.ts'
import type { AnnouncementMessage } from '../../round/message/message.ts'
import type { GlobalFactors, MergedHead, RoundRecord } from '../../round/record/record.ts'
import type { PeerScript } from '../script/script.ts'
import type { AggregateLie, Workload } from './peer-work.ts'

const BODY_BYTES = 20_000

/** What its factors are said to have. */
const MODULES = Array.from({ length: 16 }, (_, at) => `module ${at}`)

const pickModule = (body: string): string =>
  MODULES[random('false module', body).integer(MODULES.length)] as string

type Part = Pick<AnnouncementMessage, 'peer' | 'body'> & { readonly clip?: number }

/**
 * Training `none`: bodies are names drawn from the seed, and an aggregate is the name that follows from its
 * contributions and the global factors before. What a real aggregation would get wrong, this gets a wrong name for.
 */
export function noTraining(
  charter: Charter,
  names: readonly string[],
  peers: readonly PeerScript[],
): Workload {
  const malformed = new Set<string>()
  const oversized = new Set<string>()
  /** By the body of global factors: the one module that is false in them. */
  const falseModules = new Map<string, string>()

  const judge = (contributions: readonly AnnouncementMessage[]): Aggregated['excluded'] =>
    contributions.flatMap(({ peer, body }): Aggregated['excluded'] => {
      if (malformed.has(body.body)) return [{ peer, reason: 'malformed', detail: 'it holds NaN' }]
      const tooLarge = oversized.has(body.body) && charter.contributions.norm.rule === 'exclude'
      return tooLarge ? [{ peer, reason: 'norm', detail: 'its update is too large' }] : []
    })
  const clipsOf = (contributions: readonly AnnouncementMessage[]) =>
    charter.contributions.norm.rule === 'clip'
      ? contributions
          .filter(({ body }) => oversized.has(body.body))
          .map(({ peer }) => ({ peer, clip: 0.125 }))
      : []
  const faultOf = (record: RoundRecord, global: GlobalFactors | null): string | null => {
    if (record.contributions.some(({ body }) => malformed.has(body.body))) return 'a contribution holds NaN'
    const right = aggregateName(record.contributions, record.merged, global)
    return right.body === record.global.body ? null : 'it is not the aggregate of its contributions'
  }

  return {
    train(holder, { round, previous }, lie) {
      const { rank, samples } = peers[holder] as PeerScript
      const body = cidOfValue(['trained', names[holder] ?? '', round, previous, lie])
      if (lie === 'nan') malformed.add(body)
      if (lie === 'scaled') oversized.add(body)
      const alpha = alphaOf(charter.adapter.alpha, rank)
      return { rank, alpha, samples, body, size: BODY_BYTES * rank, modules: cidOfValue(['modules', body]) }
    },
    aggregate(_holder, { contributions, merged, global }, lie) {
      const excluded = judge(contributions)
      const out = new Set(excluded.map(({ peer }) => peer))
      const used = contributions.filter(({ peer }) => !out.has(peer))
      const clipped = clipsOf(used)
      const clips = new Map(clipped.map(({ peer, clip }) => [peer, clip]))
      const parts = used.map(({ peer, body }) => ({ peer, body, clip: clips.get(peer) ?? 1 }))
      const made = lied(parts, merged, global, lie)
      if (lie === 'one-module') falseModules.set(made.body, pickModule(made.body))
      return { global: made, clipped, excluded, energyKept: {} }
    },
    modules: MODULES,
    verify(_holder, record, global, modules) {
      if (charter.faults === 'crash') return null
      const fault = faultOf(record, global)
      const module = falseModules.get(record.global.body) ?? null
      const unseen = module !== null && modules !== null && !modules.includes(module)
      return fault === null || unseen ? null : { reason: fault, module }
    },
    fault: faultOf,
    loss: () => null,
  }
}

function aggregateName(
  parts: readonly Part[],
  merged: MergedHead | null,
  global: GlobalFactors | null,
  twist = '',
): GlobalFactors {
  const sorted = [...parts].sort((one, other) => byCodeUnits(one.peer, other.peer))
  const list = sorted.map(({ peer, body, clip = 1 }) => [peer, body.body, body.samples, clip])
  const other = merged === null ? [] : [merged.global.body, merged.samples]
  const body = cidOfValue(['mean', list, global?.body ?? null, twist, ...other])
  return { body, size: BODY_BYTES * 64, modules: cidOfValue(['modules', body]) }
}

function lied(
  parts: readonly Part[],
  merged: MergedHead | null,
  global: GlobalFactors | null,
  lie: AggregateLie | null,
): GlobalFactors {
  if (lie === 'dropped-contribution' && parts.length > 1) return aggregateName(parts.slice(1), merged, global)
  return aggregateName(parts, merged, global, lie ?? '')
}
