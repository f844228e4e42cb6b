import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createIdentity, type Identity, SEED_BYTES, secretSeed } from './identity.ts'
import { CorruptIdentityError } from './network-errors.ts'

const OWNER_ONLY = 0o600

const hasCode = (error: unknown, code: string) =>
  error instanceof Error && 'code' in error && error.code === code

/**
 * The identity kept in a file (JSON: version, peer id, secret seed; readable by its owner alone), made at the first
 * call. When two processes make it at once, one of them wins and both answer the same identity.
 *
 * @throws CorruptIdentityError if the file holds something else; it is never overwritten.
 */
export async function loadIdentity(path: string): Promise<Identity> {
  try {
    return readIdentity(path, await readFile(path, 'utf8'))
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
  await writeOnce(path, createIdentity())
  return readIdentity(path, await readFile(path, 'utf8'))
}

function readIdentity(path: string, text: string): Identity {
  const { v, peerId, seed } = parseFields(path, text)
  if (v !== 1) throw new CorruptIdentityError(path, `its version is ${String(v)}, not 1`)
  const bytes = Buffer.from(typeof seed === 'string' ? seed : '', 'base64')
  if (bytes.length !== SEED_BYTES) throw new CorruptIdentityError(path, `its seed is not ${SEED_BYTES} bytes`)
  const identity = createIdentity(bytes)
  if (identity.peerId !== peerId)
    throw new CorruptIdentityError(path, 'its seed does not belong to its peer id')
  return identity
}

function parseFields(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text))
  } catch (error) {
    throw new CorruptIdentityError(path, 'it is not JSON', { cause: error })
  }
}

/** Written aside and linked into place: the file appears whole or not at all, and never replaces another. */
async function writeOnce(path: string, identity: Identity): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const seed = Buffer.from(secretSeed(identity)).toString('base64')
  const file = await open(aside, 'wx', OWNER_ONLY)
  try {
    await file.writeFile(`${JSON.stringify({ v: 1, peerId: identity.peerId, seed }, null, 2)}\n`)
    await file.sync()
    await link(aside, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await file.close()
    await rm(aside, { force: true })
  }
}
