import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { type DemoScreen, lineScreen, liveScreen } from '../demo/demo-screen.ts'
import { nextSteps, resultTable } from '../demo/result-table.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import type { Terminal } from '../terminal.ts'
import { withJson } from './session-flags.ts'

const DEMO_FILE = fileURLToPath(new URL('../../../peers/demo/demo.yaml', import.meta.url))
const MAIN = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js', import.meta.url),
)

interface DemoFlags {
  readonly file: string
  readonly out?: string
  readonly json?: boolean
}

/** `flexswarm demo`: a whole federation on this machine, and what it was worth. */
export function demoCommand(): Command {
  return withJson(new Command('demo'), 'events and the outcome as JSON, one a line')
    .description(
      'run a federation of four peers in four processes on this machine, and measure what it was worth',
    )
    .option('--file <demo.yaml>', 'another demo than the one that comes with flexswarm', DEMO_FILE)
    .option('--out <dir>', 'where keys, records and adapters go (default: runs/demo-<time>)')
    .action((flags: DemoFlags) => runCommand(demo, flags))
}

const demo: CommandBody<DemoFlags> = async ({ file, out }, terminal, signal) => {
  const directory = resolve(out ?? `runs/demo-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}`)
  const screen = screenFor(terminal)
  const { runDemo } = await import('../../api/demo/run-demo.ts')
  const outcome = await runDemo({
    file,
    directory,
    signal,
    command: [process.execPath, MAIN],
    onEvent: (event) => {
      terminal.result(event)
      screen.show(event)
    },
  }).finally(() => screen.close())
  terminal.line('')
  for (const line of resultTable(outcome.results, process.stdout.columns ?? 100)) terminal.line(line)
  for (const line of nextSteps(outcome.directory, outcome.model, outcome.results)) terminal.line(line)
  terminal.result({ type: 'outcome', ...outcome })
}

function screenFor(terminal: Terminal): DemoScreen {
  const live = process.stderr.isTTY && !terminal.json
  return live
    ? liveScreen(process.stderr, () => performance.now())
    : lineScreen((line) => terminal.note(line))
}
