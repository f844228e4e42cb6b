import type { Charter } from '../../round/charter/charter.ts'
import { makeCharter } from '../../round/charter/charter-defaults.ts'
import { type Script, SWARM_DEADLINES } from './script.ts'

/** Names sort as numbers do. */
export const peerName = (at: number): string => `peer${String(at).padStart(4, '0')}`

/**
 * The charter of a scripted swarm: its founders are those who do not join later.
 *
 * @param ids who the peers are; default: their names
 * @param fingerprint of the base model; default: there is none
 */
export function charterOf(
  script: Script,
  ids = script.peers.map((_, at) => peerName(at)),
  fingerprint: string = script.training,
): Charter {
  const founders = ids.filter((_, at) => script.peers[at]?.joinsAtMs === null)
  const { deadlines, ...rest } = script.charter
  return makeCharter({
    name: 'swarm',
    seed: String(script.seed),
    model: { fingerprint },
    ...rest,
    founders,
    deadlines: { ...SWARM_DEADLINES, ...deadlines },
  })
}
