import { Command } from 'commander'
import { type CommandBody, runCommand } from '../run-command.ts'
import { withJson } from './session-flags.ts'

interface IdFlags {
  readonly json?: boolean
}

/** `flexswarm id`: who a peer is, so that its federation can list it. */
export function idCommand(): Command {
  return withJson(new Command('id'))
    .description("print a peer's id, making its key on first use")
    .argument('<file.yaml>', 'the peer, as in peers/')
    .action((file: string, flags: IdFlags) => runCommand(printId, { ...flags, file }))
}

const printId: CommandBody<IdFlags & { readonly file: string }> = async ({ file }, terminal) => {
  const { readPeerFile } = await import('../../api/peer-file.ts')
  const { peerIdentity } = await import('../../api/peer-identity.ts')
  const peer = await readPeerFile(file)
  const { peerId } = await peerIdentity(peer.directory)
  terminal.line(peerId)
  terminal.result({ peerId, directory: peer.directory })
}
