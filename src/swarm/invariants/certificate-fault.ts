import type { Charter } from '../../round/charter/charter.ts'
import { federationId } from '../../round/charter/charter-codec.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { recordId } from '../../round/record/record-id.ts'
import { certificateClaims, certifiedRecordClaims } from '../../round/record/signature-claims.ts'
import { votersOf } from '../../round/roster/voters.ts'
import { holds } from '../signing/keyed-hash.ts'
import { rosterOfRecord } from './roster-of-record.ts'

/**
 * Why a certificate does not bind its record; null if it does. The quorum is counted here anew, not by the machine's
 * own code: more than half of the voters, or more than two thirds where peers may lie.
 */
export function certificateFault(
  charter: Charter,
  before: CertifiedRecord | null,
  { record, certificate }: CertifiedRecord,
): string | null {
  if (record.round > 1 && before === null) return 'the round before is not certified'
  const previous = before === null ? federationId(charter) : recordId(before.record)
  if (record.previous !== previous) return 'it does not follow the record before'
  const split = splitFault(charter, record)
  if (split !== null) return split
  const roster = rosterOfRecord(charter, record, before?.record ?? null)
  const voters = new Set(votersOf(roster, charter.committeeSize, previous))
  const signers = new Set(certificate.signatures.map(({ peer }) => peer))
  const strangers = [...signers].filter((peer) => !voters.has(peer))
  if (strangers.length > 0) return `${strangers[0]} does not vote`
  const share = charter.faults === 'byzantine' ? 2 / 3 : 1 / 2
  if (signers.size <= share * voters.size) return `${signers.size} of ${voters.size} is no quorum`
  const claims =
    record.split === null ? certificateClaims(certificate) : certifiedRecordClaims({ record, certificate })
  return claims.every(holds) ? null : 'a signature in it does not hold'
}

/** A side goes on alone only under `continue`, and only if each of its members has said so. */
function splitFault({ partition }: Charter, { split }: RoundRecord): string | null {
  if (split === null) return null
  if (partition === 'pause') return 'a side went on alone'
  const agreed = split.signatures.map(({ peer }) => peer)
  return String(agreed) === String(split.side) ? null : 'not all of the side have agreed to go on alone'
}
