import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePorts } from '../api/free-ports.ts'
import { peerIdentity } from '../api/peer-identity.ts'
import { checkRunDirectory } from '../api/run-directory.ts'
import type { Charter } from '../round/charter/charter.ts'
import { charterOf, peerName } from '../swarm/script/charter-of.ts'
import type { PeerScript, Script } from '../swarm/script/script.ts'
import { isRealLie } from './lies/real-lies.ts'
import type { PeerDefinition } from './peer-definition.ts'
import type { Moment } from './swarm-peer-event.ts'

export interface PreparedPeer {
  /** Its number in the script. */
  readonly at: number
  readonly name: string
  readonly peerId: string
  readonly script: PeerScript
  /** Its key, records and factors; it can be verified by itself. */
  readonly directory: string
  /** What its process is started with. */
  readonly file: string
}

export interface PreparedSwarm {
  readonly charter: Charter
  readonly peers: readonly PreparedPeer[]
}

/**
 * Makes a run's directory: for every peer of the script a directory with a key of its own, and a definition with a
 * free port of this machine and the founders' addresses. The charter is the script's, founded by those keys.
 *
 * @throws {RunDirectoryError} where an earlier run has left something
 */
export async function prepareSwarm(script: Script, directory: string): Promise<PreparedSwarm> {
  checkRunDirectory(directory)
  const names = script.peers.map((_, at) => peerName(at))
  const directories = names.map((name) => join(directory, name))
  const identities = await Promise.all(directories.map((one) => peerIdentity(one)))
  const ids = identities.map(({ peerId }) => peerId)
  const ports = await freePorts(names.length)
  const charter = charterOf(script, ids)
  const addresses = ids.map((id, at) => `/ip4/127.0.0.1/tcp/${ports[at]}/p2p/${id}`)
  const founders = addresses.filter((_, at) => script.peers[at]?.joinsAtMs === null)
  const definitions = join(directory, 'peers')
  mkdirSync(definitions, { recursive: true })
  const peers = script.peers.map((peer, at): PreparedPeer => {
    const name = names[at] as string
    const definition: PeerDefinition = {
      name,
      directory: directories[at] as string,
      listen: [`/ip4/127.0.0.1/tcp/${ports[at]}`],
      bootstrap: founders.filter((address) => address !== addresses[at]),
      charter,
      work: { training: script.training, rank: peer.rank, samples: peer.samples, trainMs: [...peer.trainMs] },
      lie: peer.lie !== null && isRealLie(peer.lie) ? peer.lie : null,
      asks: momentsOf(script),
    }
    const file = join(definitions, `${name}.json`)
    writeFileSync(file, `${JSON.stringify(definition, null, 2)}\n`)
    return { at, name, peerId: ids[at] as string, script: peer, directory: definition.directory, file }
  })
  return { charter, peers }
}

/** At which moments of its turn as aggregator a peer must ask whether it lives on. */
const momentsOf = ({ happenings }: Script): Moment[] => [
  ...new Set(
    happenings.flatMap((one) =>
      one.type === 'aggregator-dies' && one.moment !== 'during' ? [one.moment] : [],
    ),
  ),
]
