import { join } from 'node:path'
import { adapterKeeper } from '../../api/adapter-keeper.ts'
import { openSession } from '../../api/open-session.ts'
import { loadPrivateData } from '../../api/private-data.ts'
import { systemClock } from '../../api/system-clock.ts'
import { silentLog } from '../../base/log.ts'
import { openWorkerMatrixProduct } from '../../engine/matrix-product/worker-matrix-product.ts'
import { resolveTargets } from '../../model/resolve-targets.ts'
import { localTrainer } from '../../node/local-trainer.ts'
import type { ExactWork, PeerDefinition } from '../peer-definition.ts'
import type { Keep, OpenedWork } from './opened-work.ts'
import { slowedTrainer } from './timed-trainer.ts'

const THREADS = 1

/** The real engine and a real model; the rank is what the swarm file says, whatever memory there is. */
export async function openExactWork(
  { charter, directory }: PeerDefinition,
  { rank, model, data }: ExactWork,
  peerId: string,
  slowness: () => number,
  keep: Keep,
): Promise<OpenedWork> {
  const { checkpoint, executor } = keep(await openSession({ model, threads: THREADS }))
  const modules = resolveTargets(checkpoint.config, charter.adapter.targetModules)
  const { sequences } = await loadPrivateData(
    { data, skipBadLines: false },
    checkpoint,
    charter.training.maxLength,
  )
  const trainer = keep(
    localTrainer({
      charter,
      checkpoint,
      executor,
      modules,
      data: sequences,
      rank,
      stepDown: (tried) => {
        throw new Error(`rank ${tried} does not fit into this machine's memory`)
      },
      stream: peerId,
      clock: systemClock,
      log: silentLog,
    }),
  )
  return {
    ports: {
      trainer: slowedTrainer(trainer, slowness, systemClock),
      product: keep(await openWorkerMatrixProduct({ threads: THREADS })),
      modules,
      keepAdapter: adapterKeeper({ peer: { model }, charter, modules }, join(directory, 'adapter')),
    },
    says: { rank, samples: sequences.length, engine: `${executor.name} on ${executor.device}` },
  }
}
