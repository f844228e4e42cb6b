import { promptExample } from '../example.ts'
import { naturalInstructionsPrompt } from '../natural-instructions-prompt.ts'
import { asFilledText, asOptionalText } from '../record-fields.ts'
import type { RecordFormat } from '../record-format.ts'

/** One instance a line, as published on the Hugging Face hub: `definition`, `inputs`, `targets`, `task_name`. */
export const naturalInstructionsRow: RecordFormat = {
  name: 'Natural Instructions row',
  fields: ['definition', 'inputs', 'targets'],
  read: (record, source) => {
    const definition = asFilledText(record['definition'], 'definition')
    const input = asFilledText(record['inputs'], 'inputs')
    const answer = asFilledText(record['targets'], 'targets').trim()
    const task = asOptionalText(record['task_name'], 'task_name')
    const prompt = naturalInstructionsPrompt(definition, [], input)
    return promptExample(prompt, ` ${answer}`, {
      userTurn: `${definition.trim()}\n\n${input.trim()}`,
      source,
      ...(task === '' ? {} : { task }),
    })
  },
}
