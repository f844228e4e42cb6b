import { initialFactors } from '../../adapter/initial-factors.ts'
import { fitFactors } from '../../aggregate/fit-to-rank.ts'
import type { Factors } from '../../base/adapter.ts'
import { random } from '../../base/random.ts'
import { charterScaling } from '../../node/charter-scaling.ts'
import type { Trainer } from '../../node/trainer.ts'
import type { Charter } from '../../round/charter/charter.ts'
import { TOY_MODULES } from '../../swarm/work/toy-task.ts'

/** How far one round's training takes B from where it was. */
const STEP = 0.1

/** Training `none`: what it is given and a little that is drawn from the seed. There is nothing to learn. */
export function seededTrainer(charter: Charter, peer: string, rank: number, samples: number): Trainer {
  const scaling = charterScaling(charter, rank)
  const ownPart = (global: Factors) => fitFactors(global, { rank, scaling, seed: charter.seed })
  const first = () =>
    initialFactors({
      seed: charter.seed,
      modules: TOY_MODULES,
      rankOf: () => rank,
      scalingOf: () => scaling,
    })
  return {
    ownPart,
    async train({ round, global }) {
      const chance = random('none', charter.seed, peer, round)
      const start = global === null ? first() : ownPart(global)
      const factors = [...start].map(([name, module]): [string, typeof module] => [
        name,
        { ...module, b: module.b.map((value) => value + STEP * chance.normal()) },
      ])
      return { factors: new Map(factors), rank, samples }
    },
  }
}
