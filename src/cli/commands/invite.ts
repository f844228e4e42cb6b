import { Command } from 'commander'
import { type CommandBody, runCommand } from '../run-command.ts'
import { withJson } from './session-flags.ts'

interface InviteFlags {
  readonly json?: boolean
}

/** `flexswarm invite`: a founder lets a peer in. */
export function inviteCommand(): Command {
  return withJson(new Command('invite'))
    .description('let a peer into a federation that admits only the invited')
    .argument('<file.yaml>', 'your own peer, one of the founders')
    .argument('<peer-id>', 'who is invited: what `flexswarm id` prints there')
    .action((file: string, peer: string, flags: InviteFlags) =>
      runCommand(printInvite, { ...flags, file, peer }),
    )
}

type Invitation = InviteFlags & { readonly file: string; readonly peer: string }

const printInvite: CommandBody<Invitation> = async ({ file, peer }, terminal) => {
  const { invitePeer } = await import('../../api/invite-peer.ts')
  const invitation = await invitePeer(file, peer)
  terminal.note(`put this line into the file of ${peer}:`)
  terminal.line(`invite: ${invitation.invite}`)
  terminal.result(invitation)
}
