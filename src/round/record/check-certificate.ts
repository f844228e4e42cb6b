import { accept, type Result, refuse } from '../../base/result.ts'
import { type Height, isVoter } from '../agreement/height.ts'
import type { ContentId } from '../identifier.ts'
import type { Certificate } from './certificate.ts'

/** Whether a certificate binds a record: a quorum of the round's voters, each once. Signatures are checked before. */
export function checkCertificate(height: Height, certificate: Certificate, record: ContentId): Result<null> {
  if (certificate.record !== record) return refuse('the certificate is of another record')
  const signers = new Set(certificate.signatures.map(({ peer }) => peer))
  if (signers.size !== certificate.signatures.length) return refuse('the certificate counts a voter twice')
  for (const peer of signers) if (!isVoter(height, peer)) return refuse(`${peer} does not vote in this round`)
  return signers.size >= height.quorum
    ? accept(null)
    : refuse(`${signers.size} signatures, ${height.quorum} are needed`)
}
