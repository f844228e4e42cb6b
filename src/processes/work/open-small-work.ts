import { plainMatrixProduct } from '../../aggregate/plain-matrix-product.ts'
import { systemClock } from '../../api/system-clock.ts'
import { random } from '../../base/random.ts'
import { TOY_MODULES, toyTrainer } from '../../swarm/work/toy-task.ts'
import type { PeerDefinition, SmallWork } from '../peer-definition.ts'
import type { OpenedWork } from './opened-work.ts'
import { seededTrainer } from './seeded-trainer.ts'
import { timedTrainer } from './timed-trainer.ts'

/** Work that needs no model. @param life how many records it had when it was started */
export function openSmallWork(
  { name, charter, directory }: PeerDefinition,
  { training, rank, samples, trainMs }: SmallWork,
  life: number,
  slowness: () => number,
): OpenedWork {
  const trainer = (training === 'toy' ? toyTrainer : seededTrainer)(charter, name, rank, samples)
  // A peer that was started again draws other times than in its first life.
  const chance = random('train', charter.seed, name, life)
  return {
    ports: {
      trainer: timedTrainer(trainer, { trainMs, slowness, chance, clock: systemClock }),
      product: plainMatrixProduct,
      modules: TOY_MODULES,
      keepAdapter: () => directory,
    },
    says: { rank, samples, engine: `training ${training}` },
  }
}
