import type { Generator } from '../../model/open-generator.ts'
import { encodePrompt } from '../batch/encode-prompt.ts'
import { openingToken } from '../batch/tokenize-examples.ts'
import type { ChatExample, PromptExample, SourceLine } from '../data/example.ts'
import type { AnswerCoder } from './answer-coder.ts'
import { exactMatch } from './exact-match.ts'
import { lengthSortedSlices } from './length-sorted-slices.ts'
import { rougeL } from './rouge-l.ts'

/** What the model answered to one example, and how right that is. */
export interface Prediction {
  /** As the model saw it, special tokens left out. */
  readonly prompt: string
  readonly prediction: string
  readonly references: readonly string[]
  readonly exactMatch: boolean
  /** 0 to 1. */
  readonly rougeL: number
  readonly task?: string
  readonly source: SourceLine
}

export interface PredictOptions {
  readonly maxNewTokens: number
  readonly maxPromptTokens: number
  readonly batchSize: number
  readonly useChatTemplate: boolean
}

type Answerable = PromptExample | ChatExample

/** Greedy answers to all examples, in their order. `onSlice` is told how many are done after each pass. */
export async function predictAnswers(
  model: Pick<Generator, 'generate'>,
  coder: AnswerCoder,
  examples: readonly Answerable[],
  options: PredictOptions,
  onSlice: (done: number) => void,
  signal: AbortSignal | undefined,
): Promise<Prediction[]> {
  const { maxNewTokens, maxPromptTokens: maxTokens, batchSize, useChatTemplate } = options
  const bosTokenId = openingToken(coder)
  const encode = (example: Answerable) =>
    encodePrompt(example, coder, { useChatTemplate, maxTokens, bosTokenId })
  const prompts = examples.map(encode)
  const predictions = new Array<Prediction>(examples.length)
  const stop = { stopTokenIds: coder.eosTokenIds, ...(signal === undefined ? {} : { signal }) }
  const lengths = prompts.map((prompt) => prompt.length)
  for (const slice of lengthSortedSlices(lengths, batchSize)) {
    const rows = slice.map((index) => prompts[index] as number[])
    const answers = await model.generate(rows, { maxNewTokens, batchSize, ...stop })
    for (const [row, index] of slice.entries()) {
      const prompt = coder.tokenizer.decode(rows[row] as number[])
      const answer = coder.tokenizer.decode(answers[row]?.ids ?? []).trim()
      predictions[index] = score(examples[index] as Answerable, prompt, answer)
    }
    onSlice(slice.length)
  }
  return predictions
}

function score(example: Answerable, prompt: string, prediction: string): Prediction {
  const references = referencesOf(example)
  return {
    prompt,
    prediction,
    references,
    exactMatch: exactMatch(prediction, references),
    rougeL: rougeL(prediction, references),
    ...(example.kind === 'prompt' && example.task !== undefined ? { task: example.task } : {}),
    source: example.source,
  }
}

const referencesOf = (example: Answerable): readonly string[] =>
  example.kind === 'prompt' ? example.references : [example.messages.at(-1)?.content.trim() ?? '']
