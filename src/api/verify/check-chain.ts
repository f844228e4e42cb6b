import { cidOf } from '../../base/content-id.ts'
import type { Charter } from '../../round/charter/charter.ts'
import { federationId } from '../../round/charter/charter-codec.ts'
import type { GlobalFactors, RoundRecord } from '../../round/record/record.ts'
import { decodeCertificate, decodeRecord } from '../../round/record/record-codec.ts'
import { foundingRoster, type Roster } from '../../round/roster/roster.ts'
import { headOf } from '../../round/round/head-of.ts'
import type { HeadOfChain } from '../../round/state.ts'
import type { StoredRecord } from '../../store/store.ts'
import { checkLink } from './check-link.ts'
import { type Check, unknown, wrong } from './verify-report.ts'

/** A round as its record tells it. */
export interface Link {
  readonly round: number
  readonly id: string
  /** Null where its bytes are no record. */
  readonly record: RoundRecord | null
  /** The global factors of the record before. */
  readonly before: GlobalFactors | null
  readonly checks: readonly Check[]
}

/** What a record must follow from. */
export interface End {
  readonly head: HeadOfChain
  readonly roster: Roster
}

/** Where round 1 begins. */
export function startOf(charter: Charter): End {
  const record = federationId(charter)
  return { head: { round: 0, record, global: null, departed: [] }, roster: foundingRoster(charter) }
}

export const endAfter = (record: RoundRecord): End => ({ head: headOf(record), roster: record.nextRoster })

/**
 * Follows the kept records from the charter on. After one that is wrong the next are still judged by what it says,
 * so that every wrong one is named; after one that cannot be read nothing can be said.
 */
export function checkChain(charter: Charter, stored: readonly StoredRecord[]): readonly Link[] {
  let end: End | null = startOf(charter)
  const links: Link[] = []
  for (const kept of stored) {
    const expected: number = (links.at(-1)?.round ?? 0) + 1
    if (kept.height > expected) {
      links.push(gap(expected, kept.height))
      end = null
    }
    const link: Link = readLink(charter, () => end, kept)
    links.push(link)
    end = link.record === null ? null : endAfter(link.record)
  }
  return links
}

/** Nobody keeps a record without those before it. */
const gap = (first: number, next: number): Link => ({
  round: next - 1,
  id: '',
  record: null,
  before: null,
  checks: [
    wrong('record', `the records from round ${first} to ${next - 1} are not kept, but that of ${next} is`),
  ],
})

/** @param endBefore what a record must follow from that says it follows this one; null where nothing tells */
export function readLink(
  charter: Charter,
  endBefore: (previous: string) => End | null,
  kept: StoredRecord,
): Link {
  const id = cidOf(kept.record)
  const record = decodeRecord(kept.record, charter.maxPeers)
  const misnamed = id === kept.cid ? [] : [wrong('record', `its bytes are ${id}, it is kept as ${kept.cid}`)]
  const end = endBefore(record.ok ? record.value.previous : '')
  const link = { round: kept.height, id, before: end?.head.global ?? null }
  if (!record.ok)
    return { ...link, record: null, checks: [...misnamed, wrong('record', `not a record: ${record.reason}`)] }
  const certificate = decodeCertificate(kept.certificate, charter.maxPeers)
  const damaged = certificate.ok ? [] : [wrong('certificate', `not a certificate: ${certificate.reason}`)]
  const value = { record: record.value, certificate: certificate.ok ? certificate.value : null }
  const followed =
    end === null || end.roster.length === 0
      ? [unknown('record', 'the record before it cannot be read, so nothing tells what it must follow from')]
      : checkLink(charter, federationId(charter), end.head, end.roster, value)
  return { ...link, record: record.value, checks: [...misnamed, ...damaged, ...followed] }
}
