import { asFilledText } from '../record-fields.ts'
import type { RecordFormat } from '../record-format.ts'

/** `text`: trained from its first to its last token. */
export const text: RecordFormat = {
  name: 'text',
  fields: ['text'],
  read: (record, source) => ({ kind: 'text', text: asFilledText(record['text'], 'text'), source }),
}
