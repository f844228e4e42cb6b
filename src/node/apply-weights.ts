import { contributionWeights, type Figures } from '../round/weights/contribution-weights.ts'
import type { WeightRule } from '../round/weights/weight-rule.ts'

interface Weighed {
  readonly peer: string
  readonly samples: number
}

/**
 * Contributions that count as the charter's rule says: their samples become their weights. Those that count for nothing
 * are left out.
 *
 * @param figuresOf what a peer announced, or what another lineage's head says of itself
 */
export function applyWeights<C extends Weighed>(
  contributions: readonly C[],
  rule: WeightRule | undefined,
  figuresOf: (peer: string) => Figures | undefined,
): readonly C[] {
  if (rule === undefined || rule.rule === 'samples') return contributions
  // Sums depend on their order in the last bit; everybody takes that of the record.
  const ordered = contributions.toSorted((x, y) => (x.peer < y.peer ? -1 : 1))
  const weights = contributionWeights(
    ordered.map(({ peer, samples }) => figuresOf(peer) ?? { samples }),
    rule,
  )
  return ordered
    .map((one, at) => ({ ...one, samples: weights[at] ?? 0 }))
    .filter(({ samples }) => samples > 0)
}
