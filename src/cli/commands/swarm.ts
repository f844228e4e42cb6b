import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { readSwarmFile } from '../../swarm/file/read-swarm-file.ts'
import { scriptOf } from '../../swarm/file/script-of.ts'
import { unmetExpectations } from '../../swarm/file/unmet-expectations.ts'
import { reportSvg } from '../../swarm/report/report-svg.ts'
import { reportCsv, type SwarmReport, swarmReport } from '../../swarm/report/swarm-report.ts'
import { runScript } from '../../swarm/run-script.ts'
import { positiveInteger, positiveNumber, wholeNumber } from '../parse-option.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import { describeRound, describeSwarm } from '../swarm/describe-swarm.ts'
import { runFuzz } from '../swarm/run-fuzz.ts'
import { SwarmFailedError } from '../swarm/swarm-failed-error.ts'

interface SwarmFlags {
  readonly file: string
  readonly seed?: number
  readonly out?: string
  readonly trace?: number
  readonly json?: boolean
}

/** `flexswarm swarm`: many virtual peers, their misfortunes, and what must hold. */
export function swarmCommand(): Command {
  const command = new Command('swarm')
    .description(
      'run a scripted swarm of virtual peers: the same round code, virtual time, scripted misfortunes',
    )
    .argument('<file>', 'a swarm file, such as peers/swarms/steady.yaml')
    .option('--seed <n>', 'draw everything from this seed instead of the file’s', wholeNumber)
    .option('--out <dir>', 'write report.json, rounds.csv and rounds.svg here')
    .option('--trace <n>', 'if something breaks, show the last so many events', positiveInteger)
    .option('--json', 'one JSON object on standard output, for programs')
    .action((file: string, flags: Omit<SwarmFlags, 'file'>) => runCommand(swarm, { ...flags, file }))
  return command.addCommand(fuzzCommand())
}

function fuzzCommand(): Command {
  return new Command('fuzz')
    .description(
      'random swarms, one after another, until the count or the time is reached or something breaks',
    )
    .option('--seeds <n>', 'how many', positiveInteger, 1_000)
    .option('--from <n>', 'the first seed', wholeNumber, 0)
    .option('--minutes <m>', 'stop after so many minutes', positiveNumber)
    .option('--workers <n>', 'threads; the default is one for each core', positiveInteger)
    .option('--failures <n>', 'stop after so many seeds that broke something', positiveInteger, 1)
    .option('--json', 'one JSON object on standard output, for programs')
    .action((flags) => runCommand(runFuzz, flags))
}

const swarm: CommandBody<SwarmFlags> = async ({ file, seed, out, trace }, terminal) => {
  const described = readSwarmFile(readFileSync(file, 'utf8'), file)
  const script = scriptOf(described, seed)
  terminal.line(`${described.name}: ${described.about.trim()}`)
  const options = trace === undefined ? {} : { traceLines: trace }
  const outcome = await runScript(script, {
    ...options,
    onRound: (round) => terminal.line(describeRound(round)),
  })
  const report = swarmReport(outcome, unmetExpectations(described, outcome))
  for (const line of describeSwarm(report)) terminal.line(line)
  if (out !== undefined) writeReport(out, report)
  terminal.result(report)
  if (report.faults.length > 0) throw new SwarmFailedError(report, outcome.failure?.trace ?? [])
}

function writeReport(directory: string, report: SwarmReport): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(directory, 'rounds.csv'), reportCsv(report))
  writeFileSync(join(directory, 'rounds.svg'), reportSvg(report))
}
