import type { PeerEvent } from '../node/peer-event.ts'
import type { PeerCondition, PeerGlance } from '../swarm/report/swarm-glance.ts'
import type { ProcessState, SwarmProcess } from './swarm-process.ts'

export type PhaseEvent = Extract<PeerEvent, { type: 'phase' }>

/** @param last what it told last; null where it has not told anything yet */
export function glanceAtProcess(process: SwarmProcess, last: PhaseEvent | null): PeerGlance {
  const { name, peerId, script } = process.peer
  return {
    name,
    rank: script.rank,
    lie: script.lie,
    condition: conditionOf(process.state, last !== null),
    phase: last?.phase ?? 'starting',
    round: last?.round ?? 0,
    aggregates: last?.aggregator === peerId,
  }
}

function conditionOf(state: ProcessState, wasHere: boolean): PeerCondition {
  switch (state) {
    case 'starting':
    case 'up':
    case 'stopped':
      return state
    case 'dying':
      return 'killed'
    case 'over':
      return 'gone'
    case 'down':
      return wasHere ? 'killed' : 'absent'
  }
}
