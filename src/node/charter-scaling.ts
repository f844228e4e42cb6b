import { loraScaling } from '../base/adapter.ts'
import { alphaOf } from '../round/charter/alpha-of.ts'
import type { Charter } from '../round/charter/charter.ts'

/** What multiplies B·A at a rank, by the charter's alpha rule. */
export function charterScaling({ adapter }: Pick<Charter, 'adapter'>, rank: number): number {
  return loraScaling(alphaOf(adapter.alpha, rank), rank, adapter.rsLora)
}
