import { extname } from 'node:path'
import { parseJson } from './parse-json.ts'
import { readLines } from './read-lines.ts'
import { isRecord } from './record-fields.ts'

/** How a file is laid out: a record a line, one JSON value, or plain text. */
export type Layout = 'jsonl' | 'json' | 'text'

/**
 * The layout of a file: by its extension, except that many a `.json` is JSONL in truth (its first line is a whole
 * object and others follow), and that a file of another name is told by its first character.
 */
export async function sniffLayout(file: string, maxLineBytes: number): Promise<Layout> {
  const extension = extname(file).toLowerCase()
  if (extension === '.jsonl' || extension === '.ndjson') return 'jsonl'
  if (extension === '.txt' || extension === '.text') return 'text'
  let first: string | undefined
  for await (const read of readLines(file, maxLineBytes)) {
    const text = 'text' in read ? read.text.trim() : ''
    if (text === '' && 'text' in read) continue
    if (first !== undefined) return 'jsonl'
    if (extension !== '.json' && !/^[[{]/.test(text)) return 'text'
    const parsed = parseJson(text)
    if (!parsed.ok || !isRecord(parsed.value)) return 'json'
    first = text
  }
  return 'json'
}
