import type { Effect } from '../../round/effect.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import { recordId } from '../../round/record/record-id.ts'
import type { SimulatedPeer } from './simulated-peer.ts'

/** How many peers are asked at once, and how long an answer may take. */
const ASKED = 3
const TIMEOUT_MS = 1_000

/** Asks others for certified records; every answer comes as it would over the network, or not at all. */
export function carryOutFetch(
  peer: SimulatedPeer,
  { from, known = [], peers }: Extract<Effect, { readonly type: 'fetch-records' }>,
): void {
  const { swarm } = peer
  const asking = peers.length > 0 ? swarm.named(peers) : swarm.peers
  const asked = reachableOf(peer, asking)
  let answered = 0
  for (const server of asked) {
    if (swarm.fetchChance.uniform() < swarm.links.profile.loss) continue
    peer.later(swarm.links.latencyMs(), () => {
      if (!server.alive || server.hung) return
      const kept = server.disk.records
        .filter(({ record }) => record.round >= from && !known.includes(recordId(record)))
        .slice(0, 64)
      const records = server.lie?.serves?.(kept, server) ?? kept
      peer.later(swarm.links.latencyMs(), () => {
        if (!canTalk(peer, server)) return
        const received = readRecords(peer, records)
        if (received === null) return
        answered++
        peer.receive({ type: 'records-fetched', peer: server.name, records: received })
      })
    })
  }
  peer.later(TIMEOUT_MS, () => {
    if (answered === 0) peer.receive({ type: 'fetch-failed', reason: 'nobody answered' })
  })
}

/** A few of them that are there, beginning anywhere among them. */
function reachableOf(peer: SimulatedPeer, asking: readonly SimulatedPeer[]): SimulatedPeer[] {
  const first = peer.swarm.fetchChance.integer(Math.max(1, asking.length))
  const asked: SimulatedPeer[] = []
  for (let more = 0; more < asking.length && asked.length < ASKED; more++) {
    const other = asking[(first + more) % asking.length] as SimulatedPeer
    if (other !== peer && other.alive && canTalk(peer, other)) asked.push(other)
  }
  return asked
}

const canTalk = (one: SimulatedPeer, other: SimulatedPeer): boolean =>
  one.swarm.links.connected(one.at, other.at)

/** Null where a record does not decode or a signature in it does not hold: the whole answer is thrown away. */
function readRecords(peer: SimulatedPeer, records: readonly CertifiedRecord[]): CertifiedRecord[] | null {
  const read: CertifiedRecord[] = []
  for (const record of records) {
    const { bytes, result } = peer.swarm.wire.record(record)
    peer.swarm.links.bytes += bytes
    if (!result.ok) return null
    read.push(result.value)
  }
  return read
}
