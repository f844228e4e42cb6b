import { BadLineError } from './data-errors.ts'
import type { TextExample } from './example.ts'
import { readLines } from './read-lines.ts'

/**
 * The paragraphs of a plain text file, parted by blank lines. A paragraph is cut where it grows past
 * `maxLineBytes` characters.
 */
export async function* readText(
  file: string,
  maxLineBytes: number,
): AsyncGenerator<TextExample | BadLineError> {
  let paragraph: string[] = []
  let length = 0
  let first = 1
  const take = (): TextExample => {
    const text = paragraph.join('\n')
    paragraph = []
    length = 0
    return { kind: 'text', text, source: { file, line: first } }
  }
  for await (const read of readLines(file, maxLineBytes)) {
    if ('problem' in read) {
      yield new BadLineError({ file, ...read })
      continue
    }
    const blank = read.text.trim() === ''
    if (paragraph.length > 0 && (blank || length + read.text.length > maxLineBytes)) yield take()
    if (blank) continue
    if (paragraph.length === 0) first = read.line
    paragraph.push(read.text)
    length += read.text.length + 1
  }
  if (paragraph.length > 0) yield take()
}
