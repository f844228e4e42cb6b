import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url))

export interface CliRun {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A `flexswarm` command in a process of its own, with its output line by line while it runs. */
export interface CliProcess {
  readonly child: ChildProcess
  readonly ended: Promise<CliRun>
}

export function startCli(args: readonly string[], onLine: (line: string) => void = () => {}): CliProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  createInterface({ input: child.stdout }).on('line', onLine)
  createInterface({ input: child.stderr }).on('line', onLine)
  const ended = once(child, 'close').then(([code, signal]): CliRun => ({ code, signal, stdout, stderr }))
  return { child, ended }
}

export const runCli = (...args: string[]): Promise<CliRun> => startCli(args).ended

/** What `--json` printed: one value a line. */
export const jsonLines = ({ stdout }: Pick<CliRun, 'stdout'>): unknown[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
