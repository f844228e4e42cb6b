import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { prepareSchema } from './schema.ts'
import { StoreCorruptError, StoreInUseError } from './store-errors.ts'

const SQLITE_BUSY = 5
const SQLITE_CORRUPT = 11
const SQLITE_NOT_A_DATABASE = 26

/** The primary result code of an error of SQLite (https://sqlite.org/rescode.html), or undefined. */
function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined
}

/**
 * Opens the database in WAL mode; every commit is synced, and others may read while it is open.
 *
 * @throws StoreCorruptError, StoreVersionError
 */
export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path)
  try {
    return requireSound(path, () => {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
      checkPages(database, path)
      prepareSchema(database, path)
      return database
    })
  } catch (error) {
    database.close()
    throw error
  }
}

/** @throws {StoreCorruptError} */
export function checkPages(database: DatabaseSync, path: string): void {
  const { quick_check: problem } = database.prepare('PRAGMA quick_check(1)').get() ?? {}
  if (problem !== 'ok') throw new StoreCorruptError(path, String(problem))
}

/** Runs what reads a database; damage that SQLite finds meanwhile becomes a `StoreCorruptError`. */
export function requireSound<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const code = resultCode(error)
    if (code !== SQLITE_CORRUPT && code !== SQLITE_NOT_A_DATABASE) throw error
    throw new StoreCorruptError(path, (error as Error).message, { cause: error })
  }
}

/** Whether a process holds the lock of `lockDirectory`. */
export function isLocked(path: string): boolean {
  if (!existsSync(path)) return false
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    database.exec('PRAGMA busy_timeout = 0')
    database.prepare('SELECT count(*) FROM sqlite_master').get()
    return false
  } catch (error) {
    if (resultCode(error) === SQLITE_BUSY) return true
    throw error
  } finally {
    database.close()
  }
}

/**
 * Takes the directory for this process: a transaction that stays open in a database of its own. The system ends it
 * with the process, however that dies, so no stale lock can be left behind.
 *
 * @throws StoreInUseError
 */
export function lockDirectory(directory: string, path: string): { release(): void } {
  const database = new DatabaseSync(path)
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    throw resultCode(error) === SQLITE_BUSY ? new StoreInUseError(directory, { cause: error }) : error
  }
}
