import { BadLineError } from './data-errors.ts'
import type { Example } from './example.ts'
import { parseJson } from './parse-json.ts'
import { readLines } from './read-lines.ts'
import type { RecordReader } from './record-reader.ts'

/** The records of a JSONL file, line by line; blank lines are passed over. */
export async function* readJsonl(
  file: string,
  maxLineBytes: number,
  records: RecordReader,
): AsyncGenerator<Example | BadLineError> {
  for await (const read of readLines(file, maxLineBytes)) {
    if ('problem' in read) {
      yield new BadLineError({ file, ...read })
    } else if (read.text.trim() !== '') {
      const parsed = parseJson(read.text)
      yield parsed.ok
        ? records.read(parsed.value, read.line)
        : new BadLineError({ file, line: read.line, column: parsed.at + 1, problem: parsed.problem })
    }
  }
}
