import type { Factors } from '../base/adapter.ts'
import { FlexswarmError } from '../base/flexswarm-error.ts'
import type { GlobalFactors } from '../round/record/record.ts'
import { fetchFactors } from './factor-body.ts'
import { fetchModules, type ModulesRefusal } from './fetch-modules.ts'
import { globalShapes, largestGlobalRank } from './global-parts.ts'
import type { JudgeContext } from './judge-context.ts'

/** Global factors that a certified record names and nobody serves as they were named. */
export class GlobalFactorsError extends FlexswarmError<
  'NODE_GLOBAL_FACTORS',
  { body: string; reason: string; unavailable: boolean; module: string | null }
> {
  constructor(body: string, { kind, reason, module }: ModulesRefusal) {
    super(
      'NODE_GLOBAL_FACTORS',
      `The global factors ${body} cannot be had: ${reason}.`,
      'Check that another peer of the federation is reachable; the peer tries again by itself.',
      { body, reason, unavailable: kind === 'unavailable', module: module ?? null },
    )
  }
}

/** The factors that a round begins from and those that it ends with. */
const DECODED_HELD = 2

/**
 * The global factors of a record: from memory, the own store, or whichever peer has them.
 *
 * @param first who has them most likely, such as their aggregator: asked before everybody else
 * @throws {GlobalFactorsError} where nobody has them, or they are not what the record names
 */
export async function loadGlobal(
  context: Pick<JudgeContext, 'bodies' | 'modules' | 'network' | 'charter'>,
  global: GlobalFactors,
  first: readonly string[] = [],
): Promise<Factors> {
  const { decoded } = context.bodies
  const held = decoded.get(global.body)
  if (held !== undefined) return held
  const maxRank = largestGlobalRank(context.charter)
  const modules = globalShapes(context.charter, context.modules)
  const providers = [...first, ...context.network.peers()]
  const fetched = await fetchFactors({ ...context, modules }, { ...global, providers, maxRank })
  if (!fetched.ok) throw new GlobalFactorsError(global.body, fetched)
  decoded.set(global.body, fetched.value)
  const [oldest] = decoded.keys()
  if (decoded.size > DECODED_HELD && oldest !== undefined) decoded.delete(oldest)
  return fetched.value
}

/**
 * Some modules of a record's global factors, which are of this rank; null: all.
 *
 * @throws {GlobalFactorsError}
 */
export async function loadGlobalPart(
  context: Pick<JudgeContext, 'bodies' | 'modules' | 'network' | 'charter'>,
  global: GlobalFactors,
  rank: number,
  names: readonly string[] | null,
): Promise<Factors> {
  if (names === null) return loadGlobal(context, global)
  const fetched = await fetchModules(context, { ...global, providers: context.network.peers(), rank, names })
  if (!fetched.ok) throw new GlobalFactorsError(global.body, fetched)
  return fetched.value
}
