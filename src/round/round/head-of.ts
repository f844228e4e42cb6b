import type { RoundRecord } from '../record/record.ts'
import { recordId } from '../record/record-id.ts'
import type { HeadOfChain } from '../state.ts'

/** A record as the end of the chain. */
export const headOf = (record: RoundRecord): HeadOfChain => ({
  round: record.round,
  record: recordId(record),
  global: record.global,
  departed: record.departed,
})
