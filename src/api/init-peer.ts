import { access, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { FlexswarmError } from '../base/flexswarm-error.ts'
import { loadCheckpoint } from '../model/load-checkpoint.ts'
import { loadExamples } from '../train/data/read-examples.ts'
import { readFederationFile } from './federation-file.ts'
import { readPeerFile } from './peer-file.ts'
import { peerIdentity } from './peer-identity.ts'

export interface InitPeerOptions {
  /** A Hugging Face model directory: the federation's base model. */
  readonly model: string
  /** Private training data: files or folders. */
  readonly data: readonly string[]
  /** Where `peer.yaml` goes, and `federation.yaml` where there is none yet. Default: the current directory. */
  readonly directory?: string
  /** What other people call this peer. Default `peer`. */
  readonly name?: string
  /** TCP port to listen on. Default 4001. */
  readonly port?: number
  /** Addresses of peers to find the others through. Default none. */
  readonly bootstrap?: readonly string[]
}

/** A peer that is ready to be started. */
export interface InitialisedPeer {
  readonly peerId: string
  readonly peerFile: string
  readonly federationFile: string
  /** Whether the federation's file was written, and not found. */
  readonly isNewFederation: boolean
  readonly founders: readonly string[]
  /** Examples found in the data. */
  readonly examples: number
}

/** The directory has a peer already. */
export class PeerExistsError extends FlexswarmError<'PEER_EXISTS', { file: string }> {
  constructor(file: string) {
    super('PEER_EXISTS', `${file} exists already.`, 'Edit it, or choose another directory.', { file })
  }
}

/**
 * Writes a peer's file, and that of a new federation where there is none, and makes the peer's key. Model and data
 * are looked at first: a peer that could not start is not written.
 *
 * @throws {PeerExistsError}, {YamlFileError}, and the errors of loading the model and the data
 */
export async function initPeer(options: InitPeerOptions): Promise<InitialisedPeer> {
  const { directory = '.', name = 'peer' } = options
  const [peerFile, federationFile] = [join(directory, 'peer.yaml'), join(directory, 'federation.yaml')]
  if (await exists(peerFile)) throw new PeerExistsError(peerFile)
  loadCheckpoint(options.model)
  const { examples } = await loadExamples(options.data)
  const isNewFederation = !(await exists(federationFile))
  if (!isNewFederation) await readFederationFile(federationFile)
  await mkdir(directory, { recursive: true })
  await writeFile(peerFile, peerText(name, options), { flag: 'wx' })
  const { peerId } = await peerIdentity((await readPeerFile(peerFile)).directory)
  if (isNewFederation) await writeFile(federationFile, federationText(peerId), { flag: 'wx' })
  const { founders } = await readFederationFile(federationFile)
  return { peerId, peerFile, federationFile, isNewFederation, founders, examples: examples.length }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

const peerText = (name: string, { model, data, port = 4001, bootstrap = [] }: InitPeerOptions): string =>
  `# This machine's peer. Paths are relative to this file.
${stringify({
  name,
  federation: 'federation.yaml',
  model: resolve(model),
  data: data.map((path) => resolve(path)),
  listen: [`/ip4/0.0.0.0/tcp/${port}`],
})}# Anybody who is in already; one is enough. A running peer prints its addresses.
${stringify({ bootstrap })}# memory: 8GB     # what training may take; without it, what this machine has. It decides the rank.
`

const federationText = (peerId: string): string =>
  `# What this federation is. Everybody needs the same file: with the base model it makes the federation's id.
name: our-lab
seed: ${crypto.randomUUID()}
# Peer ids of those who begin together; \`flexswarm id peer.yaml\` prints one.
founders:
  - ${peerId}
# Who may join later: open, founders (nobody else), invited (\`flexswarm invite\`), or { listed: [...] }.
admission: open
rounds: 10
ranks: [4, 8, 16, 32, 64]
training: { steps: 50, batchSize: 16, maxLength: 512, learningRate: 1.0e-3 }
# crash: peers may stop; byzantine: peers may lie (a third of them).
faults: crash
`
