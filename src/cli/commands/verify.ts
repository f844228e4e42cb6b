import { Command } from 'commander'
import { EXIT_CODE } from '../exit-code.ts'
import { positiveInteger } from '../parse-option.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import { describeDirectory, describeVerdict } from '../verify/describe-verify.ts'
import { withJson } from './session-flags.ts'

interface VerifyFlags {
  readonly directory: string
  readonly round?: number
  readonly federation?: string
  readonly json?: boolean
}

/** `flexswarm verify`: recomputes what peers kept and says what holds. */
export function verifyCommand(): Command {
  return withJson(new Command('verify'))
    .description(
      'check offline what peers kept: records from the charter on, signatures, certificates, aggregates',
    )
    .argument('<dir>', 'a peer’s directory, or a run’s with several peers below it; nothing is written there')
    .option('--round <k>', 'report this round only', positiveInteger)
    .option('--federation <id>', 'the federation’s id, if you know it from elsewhere')
    .action((directory: string, flags: Omit<VerifyFlags, 'directory'>) =>
      runCommand(verify, { ...flags, directory }),
    )
}

const verify: CommandBody<VerifyFlags> = async ({ directory, round, federation }, terminal, signal) => {
  const { verifyRun } = await import('../../api/verify/verify-run.ts')
  const report = await verifyRun({
    directory,
    signal,
    ...(round === undefined ? {} : { round }),
    ...(federation === undefined ? {} : { federation }),
    onDirectory: (one) => {
      for (const line of describeDirectory(one)) terminal.line(line)
    },
  })
  for (const line of describeVerdict(report)) terminal.line(line)
  terminal.result(report)
  return report.holds ? EXIT_CODE.done : EXIT_CODE.wrong
}
