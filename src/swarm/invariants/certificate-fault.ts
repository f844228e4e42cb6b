import type { Charter } from '../../round/charter/charter.ts'
import { federationId } from '../../round/charter/charter-codec.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import { recordId } from '../../round/record/record-id.ts'
import { certificateClaims } from '../../round/record/signature-claims.ts'
import { foundingRoster } from '../../round/roster/roster.ts'
import { votersOf } from '../../round/roster/voters.ts'
import { holds } from '../signing/keyed-hash.ts'

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
  const roster = before === null ? foundingRoster(charter) : before.record.nextRoster
  const voters = new Set(votersOf(roster, charter.committeeSize, previous))
  const signers = new Set(certificate.signatures.map(({ peer }) => peer))
  const strangers = [...signers].filter((peer) => !voters.has(peer))
  if (strangers.length > 0) return `${strangers[0]} does not vote`
  const share = charter.faults === 'byzantine' ? 2 / 3 : 1 / 2
  if (signers.size <= share * voters.size) return `${signers.size} of ${voters.size} is no quorum`
  return certificateClaims(certificate).every(holds) ? null : 'a signature in it does not hold'
}
