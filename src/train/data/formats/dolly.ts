import { promptExample } from '../example.ts'
import { asFilledText, asOptionalText } from '../record-fields.ts'
import type { RecordFormat } from '../record-format.ts'

const INTRO =
  'Below is an instruction that describes a task. ' +
  'Write a response that appropriately completes the request.'

/** The prompt of Databricks' Dolly (github.com/databrickslabs/dolly, training/consts.py), in its two forms. */
export function dollyPrompt(instruction: string, context: string): string {
  const given = context.trim() === '' ? '' : `\n\nInput:\n${context}`
  return `${INTRO}\n\n### Instruction:\n${instruction}${given}\n\n### Response:\n`
}

/** `instruction`, `response` and a `context` that may be empty; `category` becomes the task. */
export const dolly: RecordFormat = {
  name: 'Dolly',
  fields: ['instruction', 'response'],
  read: (record, source) => {
    const instruction = asFilledText(record['instruction'], 'instruction')
    const context = asOptionalText(record['context'], 'context')
    const answer = asFilledText(record['response'], 'response')
    const task = asOptionalText(record['category'], 'category')
    const userTurn = context.trim() === '' ? instruction : `${instruction}\n\n${context}`
    return promptExample(dollyPrompt(instruction, context), answer, {
      userTurn,
      source,
      ...(task === '' ? {} : { task }),
    })
  },
}
