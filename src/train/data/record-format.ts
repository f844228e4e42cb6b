import type { Example, SourceLine } from './example.ts'
import type { JsonRecord } from './record-fields.ts'

/** One known layout of a record. */
export interface RecordFormat {
  /** As people call it: `Alpaca`. */
  readonly name: string
  /** The fields that tell it from the others; a record with all of them is taken for this format. */
  readonly fields: readonly string[]
  /** The example in a record; throws `BadFieldError`. */
  read(record: JsonRecord, source: SourceLine): Example
}

export const hasFields = (record: JsonRecord, fields: readonly string[]): boolean =>
  fields.every((field) => Object.hasOwn(record, field))
