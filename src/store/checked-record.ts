import { cidOf } from '../base/content-id.ts'
import type { StoredRecord } from './store.ts'
import { RecordRefusedError } from './store-errors.ts'

/** Throws `RecordRefusedError` unless this record may take the place of those from `there` on. */
export function requireReplacement(
  before: StoredRecord | undefined,
  there: StoredRecord | undefined,
  record: StoredRecord,
): void {
  if (there === undefined) throw new RecordRefusedError(record.height, 'there is none in its place')
  requireNextRecord(before, record)
}

/** Throws `RecordRefusedError` unless this record may follow `last`. */
export function requireNextRecord(
  last: StoredRecord | undefined,
  { height, cid, record }: StoredRecord,
): void {
  if (!Number.isSafeInteger(height) || height < 0)
    throw new RecordRefusedError(height, 'that is not a height')
  if (last && height !== last.height + 1)
    throw new RecordRefusedError(height, `the last one is ${last.height}`)
  if (cidOf(record) !== cid) throw new RecordRefusedError(height, `its bytes are not those of ${cid}`)
}
