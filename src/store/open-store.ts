import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { BlobFiles } from './blob-files.ts'
import { lockDirectory, openDatabase } from './open-database.ts'
import { SqliteStore } from './sqlite-store.ts'
import type { Store } from './store.ts'

/**
 * Opens what a peer keeps in a directory, which is made if it is not there: `store.sqlite` (records, votes, roster,
 * metrics, state; anybody may query it), `blobs/` and `lock.sqlite`. What a crash left half-written is cleared away.
 *
 * @throws StoreInUseError, StoreCorruptError, StoreVersionError
 */
export async function openStore(directory: string): Promise<Store> {
  await mkdir(directory, { recursive: true })
  const lock = lockDirectory(directory, join(directory, 'lock.sqlite'))
  try {
    const blobs = await BlobFiles.open(join(directory, 'blobs'))
    return new SqliteStore(openDatabase(join(directory, 'store.sqlite')), blobs, lock.release)
  } catch (error) {
    lock.release()
    throw error
  }
}
