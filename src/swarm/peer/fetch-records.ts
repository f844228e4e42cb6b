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
  const asking = peers.length > 0 ? swarm.peers.filter(({ name }) => peers.includes(name)) : swarm.peers
  const reachable = asking.filter((other) => other !== peer && other.alive && canTalk(peer, other))
  const first = swarm.fetchChance.integer(Math.max(1, reachable.length))
  const asked = [...reachable.slice(first), ...reachable.slice(0, first)].slice(0, ASKED)
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
