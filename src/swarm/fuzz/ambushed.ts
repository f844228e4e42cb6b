import { type Random, random } from '../../base/random.ts'
import type { Happening, Script } from '../script/script.ts'

/** Larger swarms are not ambushed: too many precommits would have to be lost. */
const MOST_PEERS = 7

/**
 * A random script with an enemy in its network, who knows the protocol: around single views it lets one peer decide
 * and the others doubt. That is when locks matter.
 */
export function ambushed(script: Script, seed: number): Script {
  const { peers, charter, happenings, calmAtMs } = script
  const chance = random('ambush', seed)
  if (peers.length > MOST_PEERS || chance.uniform() < 0.5) return script
  const rounds = charter.rounds ?? 1
  const ambushes = Array.from({ length: 1 + chance.integer(3) }, () =>
    ambush(chance, peers.length, rounds, calmAtMs),
  )
  return { ...script, peers: withFalseProof(script, chance), happenings: [...happenings, ...ambushes] }
}

function ambush(chance: Random, peers: number, rounds: number, calmAtMs: number): Happening {
  return {
    type: 'ambush',
    round: 1 + chance.integer(rounds),
    view: chance.uniform() < 0.8 ? 0 : 1,
    hearer: chance.integer(peers),
    share: 0.2 + 0.5 * chance.uniform(),
    lockedDie: chance.uniform() < 0.5 ? 0 : chance.uniform(),
    forMs: 1_000 + chance.integer(calmAtMs),
  }
}

/** Whoever lies may just as well lie about proofs. */
const withFalseProof = ({ peers }: Script, chance: Random): Script['peers'] =>
  chance.uniform() < 0.4
    ? peers
    : peers.map((peer) => (peer.lie === null ? peer : { ...peer, lie: 'false-proof' }))
