import { sha256 } from '../base/content-id.ts'
import type { Network } from '../network/network.ts'
import type { SignatureClaim } from '../round/record/signature-claims.ts'

/** Whether all of these signatures hold. */
export type SignatureCheck = (claims: readonly SignatureClaim[]) => boolean

const REMEMBERED = 16_384

/**
 * A check that remembers what held: the announcements inside a proposal have mostly been heard before.
 *
 * @param remembered how many signatures are remembered, the newest ones
 */
export function signatureCheck({ verify }: Pick<Network, 'verify'>, remembered = REMEMBERED): SignatureCheck {
  const known = new Set<string>()
  const holds = ({ peer, kind, bytes, signature }: SignatureClaim): boolean => {
    const text = `${peer}/${kind}/`
    const key = text + Buffer.from(sha256(bytes, signature)).toString('base64')
    if (known.has(key)) return true
    if (!verify(peer, kind, bytes, signature)) return false
    known.add(key)
    if (known.size > remembered) known.delete(known.values().next().value as string)
    return true
  }
  return (claims) => claims.every(holds)
}
