import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import { readSwarmFile } from '../../swarm/file/read-swarm-file.ts'
import { scriptOf } from '../../swarm/file/script-of.ts'
import { type SwarmFile, trialOf } from '../../swarm/file/swarm-file.ts'
import { unmetExpectations } from '../../swarm/file/unmet-expectations.ts'
import { reportSvg } from '../../swarm/report/report-svg.ts'
import { reportCsv, type SwarmReport, swarmReport } from '../../swarm/report/swarm-report.ts'
import { runScript } from '../../swarm/run-script.ts'
import type { Script } from '../../swarm/script/script.ts'
import { positiveInteger, positiveNumber, wholeNumber } from '../parse-option.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import { describeNetwork, describeProcesses } from '../swarm/describe-processes.ts'
import { describeSwarm } from '../swarm/describe-swarm.ts'
import { runFuzz } from '../swarm/run-fuzz.ts'
import { newRunDirectory, type RealSwarmReport, runRealSwarm } from '../swarm/run-real-swarm.ts'
import { SwarmFailedError } from '../swarm/swarm-failed-error.ts'
import { lineSwarmScreen, liveSwarmScreen, type SwarmScreen } from '../swarm/swarm-screen.ts'
import type { Terminal } from '../terminal.ts'

interface SwarmFlags {
  readonly file: string
  readonly seed?: number
  readonly rounds?: number
  readonly pace?: number
  readonly out?: string
  readonly trace?: number
  readonly real?: boolean
  readonly json?: boolean
}

/** `flexswarm swarm`: many virtual peers, their misfortunes, and what must hold. */
export function swarmCommand(): Command {
  const command = new Command('swarm')
    .description(
      'run a scripted swarm: the same round code and scripted misfortunes, with virtual peers in virtual time, or with processes',
    )
    .argument('<file>', 'a swarm file, such as peers/swarms/steady.yaml')
    .option('--seed <n>', 'draw everything from this seed instead of the file’s', wholeNumber)
    .option(
      '--rounds <n>',
      'only so many rounds; what the file expects after all of its own is not looked at then',
      positiveInteger,
    )
    .option(
      '--pace <x>',
      'all deadlines times this: more than 1 for a machine that is busy with other things',
      positiveNumber,
    )
    .option(
      '--real',
      'with a process for every peer, over TCP on this machine, killed and stopped by signal; its network is imitated there',
    )
    .option(
      '--out <dir>',
      'write report.json, rounds.csv and rounds.svg here; with --real also what the peers keep (default: runs/swarm-<name>-<time>)',
    )
    .option(
      '--trace <n>',
      'if something breaks in virtual time, show the last so many events',
      positiveInteger,
    )
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

const swarm: CommandBody<SwarmFlags> = async (flags, terminal, signal) => {
  const text = readFileSync(flags.file, 'utf8')
  const read = readSwarmFile(text, flags.file)
  const described = trialOf(read, flags)
  const script = scriptOf(described, flags.seed)
  terminal.line(`${described.name}: ${described.about.trim()}`)
  const screen = screenFor(terminal, { title: described.name, roundCount: described.rounds })
  const run = { flags, text, described, script, terminal, screen, signal }
  const running = flags.real === true ? withProcesses(run) : inVirtualTime(run)
  const { report, trace } = await running.finally(() => screen.close())
  if ('strikes' in report) for (const line of describeProcesses(report)) terminal.line(line)
  for (const line of describeSwarm(report)) terminal.line(line)
  terminal.result(report)
  if (report.faults.length > 0) throw new SwarmFailedError(report, trace)
}

interface Run {
  readonly flags: SwarmFlags
  readonly text: string
  readonly described: SwarmFile
  readonly script: Script
  readonly terminal: Terminal
  readonly screen: SwarmScreen
  readonly signal: AbortSignal
}

interface Reported {
  readonly report: SwarmReport | RealSwarmReport
  readonly trace: readonly string[]
}

/** A picture for people who look on; lines for everything else. */
const screenFor = (
  terminal: Terminal,
  shown: { readonly title: string; readonly roundCount: number },
): SwarmScreen =>
  process.stdout.isTTY && !terminal.json
    ? liveSwarmScreen(process.stdout, shown, () => performance.now())
    : lineSwarmScreen(terminal)

async function inVirtualTime({ flags: { trace, out }, described, script, screen }: Run): Promise<Reported> {
  const options = trace === undefined ? {} : { traceLines: trace }
  // A place that cannot be written to is said before the work, not after it.
  if (out !== undefined) mkdirSync(out, { recursive: true })
  const { onRound, onNote, onGlance, isLive } = screen
  // A thousand peers come and go too often for lines.
  const watcher = isLive ? { onRound, onNote, onGlance } : { onRound }
  const outcome = await runScript(script, { ...options, ...watcher })
  const unmet = unmetExpectations(described, outcome)
  const report = swarmReport({ ...outcome, time: 'virtual', lastedMs: outcome.virtualMs }, unmet)
  if (out !== undefined) writeReport(out, report)
  return { report, trace: outcome.failure?.trace ?? [] }
}

async function withProcesses(run: Run): Promise<Reported> {
  const { flags, text, described, script, terminal, screen, signal } = run

  const directory = resolve(flags.out ?? newRunDirectory(described.name))
  terminal.line(`${script.peers.length} processes in ${directory}; ${describeNetwork(script.network)}`)
  const report = await runRealSwarm({
    described,
    script,
    text,
    file: flags.file,
    directory,
    onRound: screen.onRound,
    onNote: screen.onNote,
    onGlance: screen.onGlance,
    signal,
  })
  writeReport(directory, report)
  return { report, trace: [] }
}

function writeReport(directory: string, report: SwarmReport): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  writeFileSync(join(directory, 'rounds.csv'), reportCsv(report))
  writeFileSync(join(directory, 'rounds.svg'), reportSvg(report))
}
