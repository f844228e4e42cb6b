import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Identity } from '../network/identity.ts'
import { loadIdentity } from '../network/identity-file.ts'

/** Where a peer's key lies in its directory. */
export const IDENTITY_FILE = 'identity.key'

/** A peer's key, made on first use and kept in its directory. */
export async function peerIdentity(directory: string): Promise<Identity> {
  await mkdir(directory, { recursive: true })
  return loadIdentity(join(directory, IDENTITY_FILE))
}
