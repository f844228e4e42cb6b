import type { Message } from '../../round/message/message.ts'
import { encodeMessage } from '../../round/message/message-codec.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import type { Lie } from './lie.ts'

/** Far longer than any message may be. */
const TOO_LONG = new Uint8Array(4 * 1024 * 1024)

const spoiled = new WeakMap<Message, readonly Uint8Array[]>()

/** Sends bytes that are cut off, altered, or far too long, before every message of its own. */
export const garbage: Lie = {
  name: 'garbage',
  says(liar, to, message) {
    const known = spoiled.get(message) ?? spoil(liar, message)
    spoiled.set(message, known)
    const bytes = known[to.at % known.length]
    return bytes === undefined ? [message] : [bytes, message]
  },
}

function spoil({ swarm }: SimulatedPeer, message: Message): readonly Uint8Array[] {
  const bytes = encodeMessage(message)
  const altered = bytes.slice()
  altered[swarm.workChance.integer(altered.length)] = swarm.workChance.integer(256)
  return [altered, bytes.subarray(0, swarm.workChance.integer(bytes.length)), TOO_LONG]
}
