import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { type FederationFile, readFederationFile } from '../federation-file.ts'
import { freePorts } from '../free-ports.ts'
import { type PeerFile, readPeerFile } from '../peer-file.ts'
import { peerIdentity } from '../peer-identity.ts'
import { checkRunDirectory } from '../run-directory.ts'
import { type DemoFile, readDemoFile } from './demo-file.ts'

/** One peer of a prepared demo. */
export interface DemoPeer {
  readonly definition: PeerFile
  readonly peerId: string
  /** The YAML file that starts it; it can be started again by hand. */
  readonly file: string
  /** Held-out examples of its own tasks. */
  readonly test: string
}

export interface PreparedDemo {
  readonly title: string
  readonly directory: string
  readonly federation: FederationFile
  readonly peers: readonly DemoPeer[]
  readonly evaluation: DemoFile['evaluation']
}

/**
 * Makes a run's directory: a key for every peer, the federation with those keys as its founders, and a file for
 * every peer with a free port of this machine and the others' addresses.
 *
 * @throws {YamlFileError}, {RunDirectoryError}
 */
export async function prepareDemo(file: string, directory: string): Promise<PreparedDemo> {
  const demo = await readDemoFile(file)
  const template = await readFederationFile(demo.federation)
  checkRunDirectory(directory)
  const definitions = await Promise.all(demo.peers.map((peer) => readPeerFile(peer.file)))
  const ids = await Promise.all(
    definitions.map(async ({ name }) => (await peerIdentity(join(directory, name))).peerId),
  )
  const federation = { ...template, founders: ids }
  const federationFile = join(directory, 'federation.yaml')
  await writeFile(federationFile, stringify(federation))
  const placed = await placePeers(definitions, ids, directory, federationFile)
  const peers = placed.map((peer, at) => ({ ...peer, test: demo.peers[at]?.test as string }))
  return { title: demo.title, directory, federation, peers, evaluation: demo.evaluation }
}

/** Gives every peer a directory in the run's, a free port, the others' addresses, and a file that says so. */
async function placePeers(
  definitions: readonly PeerFile[],
  ids: readonly string[],
  directory: string,
  federation: string,
): Promise<Omit<DemoPeer, 'test'>[]> {
  const ports = await freePorts(definitions.length)
  const addresses = ids.map((id, at) => `/ip4/127.0.0.1/tcp/${ports[at]}/p2p/${id}`)
  return Promise.all(
    definitions.map(async (given, at) => {
      const definition: PeerFile = {
        ...given,
        federation,
        directory: join(directory, given.name),
        listen: [`/ip4/127.0.0.1/tcp/${ports[at]}`],
        bootstrap: addresses.filter((_, other) => other !== at),
      }
      const file = join(directory, `${given.name}.yaml`)
      await writeFile(file, stringify(definition))
      return { definition, peerId: ids[at] as string, file }
    }),
  )
}
