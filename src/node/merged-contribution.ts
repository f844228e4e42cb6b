import type { Contribution } from '../aggregate/contribution.ts'
import type { MergedHead } from '../round/record/record.ts'
import type { JudgeContext } from './judge-context.ts'
import { loadGlobal } from './load-global.ts'

/**
 * Another lineage's head as one contribution of its samples. It is certified, so the norm rule leaves it alone.
 *
 * @throws {GlobalFactorsError} where nobody has its factors
 */
export async function mergedContribution(
  context: Pick<JudgeContext, 'bodies' | 'modules' | 'network' | 'charter'>,
  { record, samples, global }: MergedHead,
): Promise<Contribution> {
  return { peer: record, samples, factors: await loadGlobal(context, global) }
}
