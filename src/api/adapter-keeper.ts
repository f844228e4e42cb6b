import { writeAdapter } from '../adapter/write-adapter.ts'
import type { Factors } from '../base/adapter.ts'
import type { LocalTrainer } from '../node/local-trainer.ts'
import { alphaOf } from '../round/charter/alpha-of.ts'
import { adapterConfig } from './adapter-config.ts'
import type { PeerPlan } from './plan-peer.ts'

/** Writes a peer's own factors as a `peft` adapter after every round; answers where. */
export function adapterKeeper(
  { peer, charter, modules }: PeerPlan,
  trainer: Pick<LocalTrainer, 'rank'>,
  directory: string,
): (own: Factors) => string {
  const { adapter, training } = charter
  return (factors) => {
    const rank = trainer.rank()
    const config = adapterConfig({
      baseModel: peer.model,
      modules,
      rank,
      alpha: alphaOf(adapter.alpha, rank),
      rsLora: adapter.rsLora,
      dropout: training.dropout,
    })
    writeAdapter(directory, { config, factors })
    return directory
  }
}
