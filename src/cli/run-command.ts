import { describeError } from './describe-error.ts'
import { EXIT_CODE } from './exit-code.ts'
import { processTerminal, type Terminal } from './terminal.ts'

/**
 * A command's body: it gets its options, where to write, and a signal that Ctrl-C aborts. It may answer an exit code.
 */
export type CommandBody<Options> = (
  options: Options,
  terminal: Terminal,
  signal: AbortSignal,
) => Promise<void> | Promise<number>

/**
 * Runs a command's body: the first Ctrl-C (or a SIGTERM) asks it to stop, a second Ctrl-C stops it.
 * Errors become one message with a next step and the exit code of {@link describeError}.
 */
export async function runCommand<Options extends { json?: boolean }>(
  body: CommandBody<Options>,
  options: Options,
): Promise<void> {
  const terminal = processTerminal(options.json === true)
  const stop = new AbortController()
  let interrupts = 0
  // A terminal's Ctrl-C reaches a child at the same time as its parent's SIGTERM: only a second Ctrl-C is impatience.
  const onSignal = (signal: NodeJS.Signals) => {
    if (signal === 'SIGINT' && ++interrupts > 1) process.exit(EXIT_CODE.interrupted)
    stop.abort()
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  try {
    const code = await body(options, terminal, stop.signal)
    process.exitCode = stop.signal.aborted ? EXIT_CODE.interrupted : (code ?? EXIT_CODE.done)
  } catch (error) {
    process.exitCode = stop.signal.aborted ? EXIT_CODE.interrupted : report(error, terminal)
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function report(error: unknown, terminal: Terminal): number {
  const { exitCode, text, json } = describeError(error)
  terminal.result(json)
  if (!terminal.json) process.stderr.write(`${text}\n`)
  return exitCode
}
