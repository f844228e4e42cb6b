import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePorts } from '../api/free-ports.ts'
import { peerIdentity } from '../api/peer-identity.ts'
import { checkRunDirectory } from '../api/run-directory.ts'
import { loadCheckpoint } from '../model/load-checkpoint.ts'
import type { Charter } from '../round/charter/charter.ts'
import { charterOf, peerName } from '../swarm/script/charter-of.ts'
import type { ExactTraining, PeerScript, Script } from '../swarm/script/script.ts'
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
  /** What it tells, one JSON object a line, over all its lives. */
  readonly log: string
}

export interface PreparedSwarm {
  readonly charter: Charter
  readonly peers: readonly PreparedPeer[]
}

/**
 * Makes a run's directory: for every peer of the script a directory with a key of its own, and a definition with a
 * free port of this machine and the founders' addresses. The charter is the script's, founded by those keys.
 *
 * @param base what the script's paths are relative to
 * @throws {RunDirectoryError} where an earlier run has left something
 */
export async function prepareSwarm(script: Script, directory: string, base: string): Promise<PreparedSwarm> {
  checkRunDirectory(directory)
  const exact = script.exact === undefined ? null : resolveExact(script.exact, base)
  const fingerprint = exact === null ? script.training : await loadCheckpoint(exact.model).fingerprint()
  const names = script.peers.map((_, at) => peerName(at))
  const directories = names.map((name) => join(directory, name))
  const identities = await Promise.all(directories.map((one) => peerIdentity(one)))
  const ids = identities.map(({ peerId }) => peerId)
  const ports = await freePorts(names.length)
  const charter = charterOf(script, ids, fingerprint)
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
      network: script.network,
      work: workOf(script, peer, exact, at),
      lie: peer.lie !== null && isRealLie(peer.lie) ? peer.lie : null,
      asks: momentsOf(script),
      firstHalf: ids.filter((_, other) => (other + at) % 2 === 1),
    }
    const file = join(definitions, `${name}.json`)
    writeFileSync(file, `${JSON.stringify(definition, null, 2)}\n`)
    const log = join(definitions, `${name}.jsonl`)
    return { at, name, peerId: ids[at] as string, script: peer, directory: definition.directory, file, log }
  })
  return { charter, peers }
}

function resolveExact({ model, data }: ExactTraining, base: string): ExactTraining {
  return { model: resolve(base, model), data: data.map((path) => resolve(base, path)) }
}

function workOf(
  { training }: Script,
  { rank, samples, trainMs }: PeerScript,
  exact: ExactTraining | null,
  at: number,
): PeerDefinition['work'] {
  if (exact === null || training !== 'exact')
    return { training: training === 'toy' ? 'toy' : 'none', rank, samples, trainMs: [...trainMs] }
  const { model, data } = exact
  return { training, rank, model, data: [data[at % data.length] as string] }
}

/** At which moments of its turn as aggregator a peer must ask whether it lives on. */
const momentsOf = ({ happenings }: Script): Moment[] => [
  ...new Set(happenings.flatMap((one) => (one.type === 'aggregator-dies' ? [one.moment] : []))),
]
