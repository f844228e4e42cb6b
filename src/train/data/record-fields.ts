import { FlexswarmError } from '../../base/flexswarm-error.ts'

export type JsonRecord = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a format says of a field that it cannot use; the reader adds the file and the line. */
export class BadFieldError extends FlexswarmError<'DATA_BAD_FIELD', { field: string; problem: string }> {
  constructor(field: string, problem: string) {
    super('DATA_BAD_FIELD', `field "${field}" ${problem}`, 'Correct the field.', { field, problem })
  }
}

const kindOf = (value: unknown) =>
  value === null ? 'null' : Array.isArray(value) ? 'a list' : `a ${typeof value}`.replace('a obj', 'an obj')

/** A text, `label` naming it in the error. */
export function asText(value: unknown, label: string): string {
  if (value === undefined) throw new BadFieldError(label, 'is missing')
  if (typeof value !== 'string') throw new BadFieldError(label, `must be a text, not ${kindOf(value)}`)
  return value
}

/** A text with something in it besides white space. */
export function asFilledText(value: unknown, label: string): string {
  const text = asText(value, label)
  if (text.trim() === '') throw new BadFieldError(label, 'is empty')
  return text
}

/** A text that may be left out or null; '' then. */
export const asOptionalText = (value: unknown, label: string): string =>
  value === undefined || value === null ? '' : asText(value, label)

/** A list with at least one element. */
export function asFilledList(value: unknown, label: string): readonly unknown[] {
  if (value === undefined) throw new BadFieldError(label, 'is missing')
  if (!Array.isArray(value)) throw new BadFieldError(label, `must be a list, not ${kindOf(value)}`)
  if (value.length === 0) throw new BadFieldError(label, 'is an empty list')
  return value
}

/** An object. */
export function asRecord(value: unknown, label: string): JsonRecord {
  if (value === undefined) throw new BadFieldError(label, 'is missing')
  if (!isRecord(value)) throw new BadFieldError(label, `must be an object, not ${kindOf(value)}`)
  return value
}
