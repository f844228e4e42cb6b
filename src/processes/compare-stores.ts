import { openStore } from '../store/open-store.ts'
import type { LiveSwarm } from './live-swarm.ts'
import type { SwarmProcess } from './swarm-process.ts'

interface Kept {
  readonly name: string
  /** Of the lineage that it follows. */
  readonly cids: readonly string[]
  /** Of lineages that it gave up. */
  readonly aside: readonly string[]
  /** Whether it should have every round. */
  readonly finished: boolean
}

/**
 * What is wrong with the records that the peers keep: they must be the same, as many as there were rounds for those
 * who finished, and whatever a peer ever told that it kept must still be there, if only set aside. Its processes have
 * ended.
 */
export async function compareStores(swarm: LiveSwarm): Promise<string[]> {
  const { rounds, chronicle } = swarm
  const kept = await Promise.all(swarm.processes.map((process) => keptBy(swarm, process)))
  const longest = kept.reduce((most, one) => (one.cids.length > most.cids.length ? one : most))
  return kept.flatMap(({ name, cids, aside, finished }) => {
    const all = new Set([...cids, ...aside])
    const lost = [...chronicle.lineages.toldBy(name)].filter((cid) => !all.has(cid))
    if (lost.length > 0) return [`${name} kept ${lost.length} records and has lost them: ${lost.join(', ')}`]
    const other = cids.findIndex((cid, at) => cid !== longest.cids[at])
    // Who was away for good when the lineages met holds what its side had.
    if (other >= 0 && (finished || swarm.script.charter.partition !== 'continue'))
      return [`${name} holds another record of round ${other + 1} than ${longest.name}`]
    return finished && cids.length < rounds ? [`${name} holds ${cids.length} records of ${rounds}`] : []
  })
}

async function keptBy(swarm: LiveSwarm, process: SwarmProcess): Promise<Kept> {
  const { name, directory } = process.peer
  const store = await openStore(directory)
  try {
    return {
      name,
      cids: store.recordsFrom(1, swarm.rounds).map(({ cid }) => cid),
      aside: store.replacedRecords().map(({ cid }) => cid),
      finished: swarm.isFinished(process),
    }
  } finally {
    store.close()
  }
}
