import { readFile, stat } from 'node:fs/promises'
import { BadLineError, DataTooLargeError } from './data-errors.ts'
import type { Example } from './example.ts'
import { jsonElementLines } from './json-element-lines.ts'
import { isNaturalInstructionsTask, naturalInstructionsTask } from './natural-instructions-task.ts'
import { lineAndColumn, parseJson } from './parse-json.ts'
import { isRecord } from './record-fields.ts'
import type { RecordReader } from './record-reader.ts'

export interface ReadJsonOptions {
  readonly maxFileBytes: number
  readonly positiveExamples: number
}

/**
 * The records of a JSON file that is one value: a list of records, one record, or a Natural Instructions task.
 * A text that is not JSON throws, whatever is to be done with bad lines: nothing in it could be used.
 */
export async function* readJson(
  file: string,
  options: ReadJsonOptions,
  records: RecordReader,
): AsyncGenerator<Example | BadLineError> {
  const text = await readText(file, options.maxFileBytes)
  if (text.trim() === '') return
  const parsed = parseJson(text)
  if (!parsed.ok) {
    throw new BadLineError({ file, ...lineAndColumn(text, parsed.at), problem: parsed.problem })
  }
  const value = parsed.value
  if (isRecord(value) && isNaturalInstructionsTask(value)) {
    yield* naturalInstructionsTask(value, file, jsonElementLines(text, 'Instances'), options.positiveExamples)
  } else if (Array.isArray(value)) {
    const lines = jsonElementLines(text)
    for (const [index, element] of value.entries()) yield records.read(element, lines[index] ?? 1)
  } else {
    yield records.read(value, 1)
  }
}

async function readText(file: string, maxFileBytes: number): Promise<string> {
  const { size } = await stat(file)
  if (size > maxFileBytes) throw new DataTooLargeError(file, size, maxFileBytes)
  const bytes = await readFile(file)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const lossy = bytes.toString('utf8')
    const place = lineAndColumn(lossy, lossy.indexOf('\ufffd'))
    throw new BadLineError({ file, ...place, problem: 'is not valid UTF-8' })
  }
}
