import { writeAdapter } from '../adapter/write-adapter.ts'
import type { AdapterConfig, Factors } from '../base/adapter.ts'
import { alphaOf } from '../round/charter/alpha-of.ts'
import { adapterConfig } from './adapter-config.ts'
import type { PeerPlan } from './plan-peer.ts'

/** What a peer's adapter is of. */
interface KeptAdapter extends Pick<PeerPlan, 'charter' | 'modules'> {
  readonly peer: Pick<PeerPlan['peer'], 'model'>
}

/** Writes a peer's own factors as a `peft` adapter after every round; answers where. */
export function adapterKeeper(
  { peer, charter, modules }: KeptAdapter,
  directory: string,
): (own: Factors) => string {
  const { adapter, training } = charter
  const alphaAt = (rank: number) => alphaOf(adapter.alpha, rank)
  return (factors) => {
    const rank = Math.max(...[...factors.values()].map((module) => module.rank))
    const config = adapterConfig({
      baseModel: peer.model,
      modules,
      rank,
      alpha: alphaAt(rank),
      rsLora: adapter.rsLora,
      dropout: training.dropout,
    })
    writeAdapter(directory, { config: { ...config, ...patternsOf(factors, rank, alphaAt) }, factors })
    return directory
  }
}

/** Ranks and alphas of modules that differ from the rest: what is added to the base may be as small as they are. */
function patternsOf(
  factors: Factors,
  rank: number,
  alphaAt: (rank: number) => number,
): Pick<AdapterConfig, 'rankPattern' | 'alphaPattern'> {
  const others = [...factors].filter(([, module]) => module.rank !== rank)
  return {
    rankPattern: Object.fromEntries(others.map(([name, module]) => [name, module.rank])),
    alphaPattern: Object.fromEntries(others.map(([name, module]) => [name, alphaAt(module.rank)])),
  }
}
