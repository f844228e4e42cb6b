import { promptExample } from '../example.ts'
import { asFilledText, asOptionalText } from '../record-fields.ts'
import type { RecordFormat } from '../record-format.ts'

const WITH_INPUT =
  'Below is an instruction that describes a task, paired with an input that provides further context. ' +
  'Write a response that appropriately completes the request.'
const WITHOUT_INPUT =
  'Below is an instruction that describes a task. ' +
  'Write a response that appropriately completes the request.'

/**
 * The prompt of Stanford Alpaca (github.com/tatsu-lab/stanford_alpaca, train.py), in its two forms, with a
 * line break after `### Response:` as in the `text` column of the published data set.
 */
export function alpacaPrompt(instruction: string, input: string): string {
  const given = input.trim() === '' ? '' : `\n\n### Input:\n${input}`
  const intro = given === '' ? WITHOUT_INPUT : WITH_INPUT
  return `${intro}\n\n### Instruction:\n${instruction}${given}\n\n### Response:\n`
}

/** `instruction`, `output` and an `input` that may be empty or left out. */
export const alpaca: RecordFormat = {
  name: 'Alpaca',
  fields: ['instruction', 'output'],
  read: (record, source) => {
    const instruction = asFilledText(record['instruction'], 'instruction')
    const input = asOptionalText(record['input'], 'input')
    const answer = asFilledText(record['output'], 'output')
    const userTurn = input.trim() === '' ? instruction : `${instruction}\n\n${input}`
    return promptExample(alpacaPrompt(instruction, input), answer, { userTurn, source })
  },
}
