import { loadGlobal } from '../../node/load-global.ts'
import type { PeerWork } from '../../node/peer-work.ts'
import { toyLoss } from '../../swarm/work/toy-task.ts'
import type { SwarmPeerEvent } from '../swarm-peer-event.ts'

/** Work that also tells how far the global factors of each round are from the toy's optimum. */
export const tellingLoss = (work: PeerWork, tell: (event: SwarmPeerEvent) => void): PeerWork => ({
  ...work,
  async adopt(context, effect, signal) {
    const event = await work.adopt(context, effect, signal)
    if (event?.type !== 'adopted') return event
    const factors = await loadGlobal(context, effect.global)
    const { round, record } = effect
    tell({ type: 'loss', round, record, loss: toyLoss(context.charter.seed, factors) })
    return event
  },
})
