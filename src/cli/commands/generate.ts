import { Command } from 'commander'
import { positiveInteger, positiveNumber, wholeNumber } from '../parse-option.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import { type SessionFlags, withSessionFlags } from './session-flags.ts'

interface GenerateFlags extends SessionFlags {
  readonly adapter?: string
  readonly prompt: string
  readonly chat?: boolean
  readonly maxNewTokens: number
  readonly temperature?: number
  readonly topP: number
  readonly topK: number
  readonly stop?: string[]
  readonly seed: number
}

/** `flexswarm generate`: continue a prompt. */
export function generateCommand(): Command {
  return withSessionFlags(new Command('generate'))
    .description('continue a prompt, with or without an adapter')
    .requiredOption('--prompt <text>', 'what to continue')
    .option('--adapter <dir>', 'a peft adapter of the model')
    .option('--chat', "put the prompt as a user's turn through the model's chat template")
    .option('--max-new-tokens <n>', 'longest answer in tokens', positiveInteger, 128)
    .option(
      '--temperature <t>',
      'draw tokens at this temperature (default: the likeliest token every time)',
      positiveNumber,
    )
    .option('--top-p <p>', 'draw among the likeliest tokens of this probability together', positiveNumber, 1)
    .option('--top-k <k>', 'draw among this many of the likeliest tokens; 0: among all', wholeNumber, 0)
    .option('--stop <text...>', 'strings that end the answer')
    .option('--seed <n>', 'of the draws', wholeNumber, 0)
    .action((flags: GenerateFlags) => runCommand(generate, flags))
}

const generate: CommandBody<GenerateFlags> = async (flags, terminal, signal) => {
  const { stop = [], temperature = 0, ...rest } = flags
  const { generateText } = await import('../../api/generate-text.ts')
  const answer = await generateText({ ...rest, temperature, stopStrings: stop, signal })
  terminal.line(answer.text)
  terminal.result(answer)
}
