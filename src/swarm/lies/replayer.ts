import type { Message } from '../../round/message/message.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import type { Lie } from './lie.ts'

/** How many old messages it remembers. */
export const REMEMBERED = 64

const memories = new WeakMap<SimulatedPeer, Message[]>()

/** Says again what others said long ago, and serves only its oldest records. */
export const replayer: Lie = {
  name: 'replayer',
  says(liar, _to, message) {
    const old = memories.get(liar) ?? []
    const pick = old[message.signature[0] === undefined ? 0 : message.signature[0] % Math.max(1, old.length)]
    return pick === undefined ? [message] : [pick, message]
  },
  hears(liar, message) {
    const memory = memories.get(liar) ?? []
    memories.set(liar, memory)
    if (memory.length < REMEMBERED) memory.push(message)
    return []
  },
  serves: (records) => records.slice(0, 1),
}
