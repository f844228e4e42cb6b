import { Command } from 'commander'
import { describePeerEvent } from '../describe-peer-event.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import { withJson } from './session-flags.ts'

interface PeerFlags {
  readonly json?: boolean
  readonly verbose?: boolean
}

/** `flexswarm peer`: one node of a federation. */
export function peerCommand(): Command {
  return withJson(new Command('peer'), 'events as JSON, one a line')
    .description('run one node of a federation until all its rounds are done')
    .argument('<file.yaml>', 'the peer, as in peers/')
    .option('--verbose', 'also what the round machine and the network say')
    .action((file: string, flags: PeerFlags) => runCommand(peer, { ...flags, file }))
}

const peer: CommandBody<PeerFlags & { readonly file: string }> = async (
  { file, verbose },
  terminal,
  signal,
) => {
  const { runPeer } = await import('../../api/run-peer.ts')
  const outcome = await runPeer({
    file,
    signal,
    onEvent: (event) => {
      terminal.result(event)
      const line = describePeerEvent(event)
      if (line !== null) terminal.note(line)
    },
    log: (level, message) => {
      if (verbose || level === 'error') process.stderr.write(`${level}: ${message}\n`)
    },
  })
  if (signal.aborted)
    terminal.note(`stopped after round ${outcome.rounds}; the same command goes on from there`)
  else terminal.line(`adapter: ${outcome.adapterDirectory}`)
}
