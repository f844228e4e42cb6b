import { type BadLine, BadLineError, MixedDataError } from './data-errors.ts'
import type { Example } from './example.ts'
import { alpaca } from './formats/alpaca.ts'
import { dolly } from './formats/dolly.ts'
import { messages } from './formats/messages.ts'
import { naturalInstructionsRow } from './formats/natural-instructions-row.ts'
import { promptCompletion } from './formats/prompt-completion.ts'
import { text } from './formats/text.ts'
import { BadFieldError, isRecord, type JsonRecord } from './record-fields.ts'
import { hasFields, type RecordFormat } from './record-format.ts'

/**
 * In the order in which they are tried: data sets often keep a rendered `text`, or a `prompt`, beside the
 * fields that it was made from, so the richer layout comes first.
 */
const FORMATS: readonly RecordFormat[] = [
  messages,
  naturalInstructionsRow,
  promptCompletion,
  alpaca,
  dolly,
  text,
]

/** Reads the records of one file; the first that fits a format decides it for all. */
export interface RecordReader {
  /** The format of the file's records, once one was read. */
  readonly format: string | undefined
  /** The example, or the line as bad; throws `MixedDataError` where the record is of another format. */
  read(value: unknown, line: number): Example | BadLineError
}

export function createRecordReader(file: string): RecordReader {
  let format: RecordFormat | undefined
  const bad = (line: number, what: Pick<BadLine, 'field' | 'problem'>) =>
    new BadLineError({ file, line, ...what })
  return {
    get format() {
      return format?.name
    },
    read(value, line) {
      if (!isRecord(value)) return bad(line, { problem: 'is not a JSON object' })
      const fitting = FORMATS.find((candidate) => hasFields(value, candidate.fields))
      if (format !== undefined && !hasFields(value, format.fields)) {
        if (fitting !== undefined) throw new MixedDataError(file, line, format.name, fitting.name)
        const field = format.fields.find((name) => !Object.hasOwn(value, name)) as string
        return bad(line, { field, problem: 'is missing' })
      }
      format ??= fitting
      if (format === undefined) return bad(line, { problem: unknownFields(value) })
      try {
        return format.read(value, { file, line })
      } catch (error) {
        if (error instanceof BadFieldError) return bad(line, error.evidence)
        throw error
      }
    },
  }
}

function unknownFields(record: JsonRecord): string {
  const known = FORMATS.map(({ name, fields }) => `${fields.join(' + ')} (${name})`).join(', ')
  const found = Object.keys(record).slice(0, 8).join(', ')
  return `has none of the known sets of fields, but ${found || 'no field at all'}. Known: ${known}`
}
