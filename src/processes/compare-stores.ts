import { openStore } from '../store/open-store.ts'
import type { LiveSwarm } from './live-swarm.ts'

/**
 * What is wrong with the records that the peers keep: they must be the same, as many as there were rounds for those
 * who finished. Its processes have ended.
 */
export async function compareStores(swarm: LiveSwarm): Promise<string[]> {
  const { rounds } = swarm
  const kept = await Promise.all(
    swarm.processes.map(async (process) => ({
      name: process.peer.name,
      cids: await recordsIn(process.peer.directory, rounds),
      due: swarm.isFinished(process) ? rounds : 0,
    })),
  )
  const longest = kept.reduce((most, one) => (one.cids.length > most.cids.length ? one : most))
  return kept.flatMap(({ name, cids, due }) => {
    const other = cids.findIndex((cid, at) => cid !== longest.cids[at])
    if (other >= 0) return [`${name} holds another record of round ${other + 1} than ${longest.name}`]
    return cids.length < due ? [`${name} holds ${cids.length} records of ${rounds}`] : []
  })
}

async function recordsIn(directory: string, rounds: number): Promise<string[]> {
  const store = await openStore(directory)
  try {
    return store.recordsFrom(1, rounds).map(({ cid }) => cid)
  } finally {
    store.close()
  }
}
