import { type Command, Option } from 'commander'
import { positiveInteger } from '../parse-option.ts'

/** What every command that computes understands. */
export interface EngineFlags {
  readonly engine: 'auto' | 'onnxruntime' | 'tfjs'
  readonly device?: string
  readonly threads?: number
  readonly json?: boolean
}

/** What every command that runs a model understands. */
export interface SessionFlags extends EngineFlags {
  readonly model: string
}

/** `--engine`, `--device`, `--threads` and `--json`. */
export function withEngineFlags(command: Command): Command {
  return withJson(
    command
      .addOption(
        new Option('--engine <name>', 'which engine computes')
          .choices(['auto', 'onnxruntime', 'tfjs'])
          .default('auto'),
      )
      .option(
        '--device <name>',
        'cuda, webgpu or cpu for onnxruntime; a backend for tfjs (default: the best)',
      )
      .option('--threads <n>', 'CPU threads of the engine', positiveInteger),
  )
}

/** `--model` and what comes with an engine. */
export function withSessionFlags(command: Command): Command {
  return withEngineFlags(command.requiredOption('--model <dir>', 'a Hugging Face model directory'))
}

/** `--json`, for programs. */
export function withJson(command: Command, what = 'one JSON object on standard output'): Command {
  return command.option('--json', `${what}, for programs`)
}
