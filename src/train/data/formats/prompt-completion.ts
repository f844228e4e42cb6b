import { promptExample } from '../example.ts'
import { asFilledText, asText } from '../record-fields.ts'
import type { RecordFormat } from '../record-format.ts'

/** `prompt` and `completion`, joined as they are: the space between them belongs to the data. */
export const promptCompletion: RecordFormat = {
  name: 'prompt/completion',
  fields: ['prompt', 'completion'],
  read: (record, source) =>
    promptExample(asText(record['prompt'], 'prompt'), asFilledText(record['completion'], 'completion'), {
      source,
    }),
}
