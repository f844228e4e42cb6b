import { Command } from 'commander'
import { positiveInteger } from '../parse-option.ts'
import { type CommandBody, runCommand } from '../run-command.ts'
import { type SessionFlags, withSessionFlags } from './session-flags.ts'

interface EvalFlags extends SessionFlags {
  readonly adapter?: string
  readonly data: string[]
  readonly limit?: number
  readonly maxLength?: number
  readonly maxNewTokens: number
  readonly batchSize: number
  readonly chatTemplate?: boolean
  readonly generate: boolean
  readonly predictions?: boolean
  readonly skipBadLines?: boolean
}

/** `flexswarm eval`: how well a model answers, with or without an adapter. */
export function evalCommand(): Command {
  return withSessionFlags(new Command('eval'))
    .description('loss, perplexity, exact match and Rouge-L (of generated answers) on examples')
    .requiredOption('--data <path...>', 'examples, as for train')
    .option('--adapter <dir>', 'a peft adapter of the model')
    .option('--limit <n>', 'evaluate a sample of this many examples', positiveInteger)
    .option('--max-length <n>', 'longest example in tokens (default: 512)', positiveInteger)
    .option('--max-new-tokens <n>', 'longest generated answer in tokens', positiveInteger, 64)
    .option('--batch-size <n>', 'examples at once', positiveInteger, 16)
    .option('--chat-template', "put prompts through the model's chat template")
    .option('--no-generate', 'only loss and perplexity')
    .option('--predictions', 'with --json: every generated answer too')
    .option('--skip-bad-lines', 'leave bad lines of the data out and count them')
    .action((flags: EvalFlags) => runCommand(evaluate, flags))
}

const evaluate: CommandBody<EvalFlags> = async (flags, terminal, signal) => {
  const { chatTemplate = false, predictions: wanted = false, ...rest } = flags
  const { evaluateModel } = await import('../../api/evaluate-model.ts')
  const evaluation = await evaluateModel({ ...rest, useChatTemplate: chatTemplate, signal })
  const { predictions, ...figures } = evaluation
  terminal.line(`examples     ${figures.examples}`)
  terminal.line(`loss         ${figures.loss.toFixed(4)}`)
  terminal.line(`perplexity   ${figures.perplexity.toFixed(3)}`)
  if (figures.exactMatch !== null) terminal.line(`exact match  ${figures.exactMatch.toFixed(3)}`)
  if (figures.rougeL !== null) terminal.line(`Rouge-L      ${figures.rougeL.toFixed(3)}`)
  if (figures.badLines > 0) terminal.line(`${figures.badLines} bad lines were left out`)
  terminal.result(wanted ? evaluation : figures)
}
