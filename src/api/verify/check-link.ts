import { verifySignature } from '../../network/signature.ts'
import type { Charter } from '../../round/charter/charter.ts'
import { frameOfRecord } from '../../round/partition/side.ts'
import type { Certificate } from '../../round/record/certificate.ts'
import { checkCertificate } from '../../round/record/check-certificate.ts'
import { checkRecord, type RecordFrame } from '../../round/record/check-record.ts'
import { frameAfter } from '../../round/record/frame-after.ts'
import type { RoundRecord } from '../../round/record/record.ts'
import { recordId } from '../../round/record/record-id.ts'
import { certificateClaims, recordClaims, type SignatureClaim } from '../../round/record/signature-claims.ts'
import type { Roster } from '../../round/roster/roster.ts'
import { heightAfter } from '../../round/round/begin-round.ts'
import type { HeadOfChain } from '../../round/state.ts'
import { type Check, holds, wrong } from './verify-report.ts'

/** A record with the certificate that is kept beside it; null where that cannot be read. */
export interface KeptLink {
  readonly record: RoundRecord
  readonly certificate: Certificate | null
}

/** Whether a record follows a head, is signed by those whom it names, and is certified by its voters. */
export function checkLink(
  charter: Charter,
  federation: string,
  head: HeadOfChain,
  roster: Roster,
  { record, certificate }: KeptLink,
): readonly Check[] {
  const frame = frameAfter(charter, federation, head, roster)
  const follows = checkRecord(frame, record)
  const claims = [...recordClaims(record), ...(certificate === null ? [] : certificateClaims(certificate))]
  return [
    follows.ok ? holds('record', `view ${record.view}`) : wrong('record', follows.reason),
    ...checkSignatures(claims),
    ...(certificate === null ? [] : [checkVotes(frame, record, certificate)]),
  ]
}

function checkSignatures(claims: readonly SignatureClaim[]): readonly Check[] {
  const forged = claims.filter(
    ({ peer, kind, bytes, signature }) => !verifySignature(peer, kind, bytes, signature),
  )
  return forged.length === 0
    ? [holds('signatures', `${claims.length}`)]
    : forged.map(({ peer, kind }) =>
        wrong('signatures', `the ${kind} of ${peer} does not have its signature`, { peer }),
      )
}

function checkVotes(frame: RecordFrame, record: RoundRecord, certificate: Certificate): Check {
  const { charter, federation, previous } = frame
  const sided = frameOfRecord(frame, record)
  if (!sided.ok) return wrong('certificate', sided.reason)
  const height = heightAfter(charter, '', sided.value.roster, previous)
  const binds = checkCertificate(height, certificate, recordId(record))
  if (!binds.ok) return wrong('certificate', binds.reason)
  const misplaced = misplacement(federation, record, certificate)
  if (misplaced !== null) return wrong('certificate', misplaced)
  const { length } = certificate.signatures
  return holds('certificate', `${length} of ${height.voters.length} votes, ${height.quorum} are needed`)
}

/** The same that `decodeCertifiedRecord` asks of what travels. */
function misplacement(
  federation: string,
  { round, previous }: RoundRecord,
  certificate: Certificate,
): string | null {
  if (certificate.federation !== federation) return 'it is of another federation'
  if (certificate.round !== round) return `it is of round ${certificate.round}`
  return certificate.previous !== undefined && certificate.previous !== previous
    ? 'it follows another record'
    : null
}
