import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { blobCid } from '../base/blob.ts'
import { isContentId } from '../base/content-id.ts'
import { checkPages, isLocked, requireSound } from './open-database.ts'
import { requireSchema } from './schema.ts'
import type { ReportRow, StoredRecord, StoredVote } from './store.ts'

const DATABASE = 'store.sqlite'

/** A blob as a directory has it. */
export type KeptBlob =
  | { readonly state: 'kept'; readonly bytes: Uint8Array }
  | { readonly state: 'missing' }
  /** There is a file of this name, but its bytes have another. */
  | { readonly state: 'damaged'; readonly found: string }
  /** The file cannot be read. */
  | { readonly state: 'unreadable'; readonly reason: string }

/** What a peer kept, read without changing anything. */
export interface KeptDirectory {
  /** As they are, unchecked, by height. */
  readonly records: readonly StoredRecord[]
  /** Records of other lineages that were set aside, by height. */
  readonly replaced: readonly StoredRecord[]
  /** What the peer said in the agreement, as it is, unchecked, by height. */
  readonly votes: readonly StoredVote[]
  readonly state: ReadonlyMap<string, Uint8Array>
  /** Reports of aggregates by height, as they were kept. */
  readonly reports: ReadonlyMap<number, readonly ReportRow[]>
  blob(cid: string): Promise<KeptBlob>
}

/** Whether a peer keeps its things here. */
export const isPeerDirectory = (directory: string): boolean => existsSync(join(directory, DATABASE))

/**
 * Reads what a peer keeps in a directory, and writes nothing there. While the peer runs, its database is read as any
 * other reader of SQLite would; where nobody has it open, a copy is read, since even reading a database in WAL mode
 * makes files beside it.
 *
 * @throws {StoreCorruptError}, {StoreVersionError}
 */
export function readKeptDirectory(directory: string): KeptDirectory {
  const rows = isLocked(join(directory, 'lock.sqlite'))
    ? readRows(join(directory, DATABASE), directory)
    : readCopy(directory)
  return { ...rows, blob: (cid) => readBlob(join(directory, 'blobs'), cid) }
}

type Rows = Omit<KeptDirectory, 'blob'>

function readCopy(directory: string): Rows {
  const aside = mkdtempSync(join(tmpdir(), 'flexswarm-read-'))
  try {
    for (const name of [DATABASE, `${DATABASE}-wal`]) {
      if (existsSync(join(directory, name))) cpSync(join(directory, name), join(aside, name))
    }
    return readRows(join(aside, DATABASE), directory)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/** Everything in one read transaction, so that it is of one moment. */
function readRows(path: string, directory: string): Rows {
  const shown = join(directory, DATABASE)
  return requireSound(shown, () => {
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      database.exec('PRAGMA busy_timeout = 5000; BEGIN')
      checkPages(database, shown)
      requireSchema(database, shown)
      const records = database.prepare('SELECT * FROM records ORDER BY height').all()
      const replaced = database.prepare('SELECT * FROM replaced_records ORDER BY height, cid').all()
      const votes = database.prepare('SELECT * FROM votes ORDER BY height, previous, view, step').all()
      const state = database.prepare('SELECT * FROM state').all()
      const reports = database.prepare('SELECT * FROM reports ORDER BY height, module').all()
      return {
        records: records.map((row) => ({ ...row }) as unknown as StoredRecord),
        replaced: replaced.map((row) => ({ ...row }) as unknown as StoredRecord),
        votes: votes.map((row) => ({ ...row }) as unknown as StoredVote),
        state: new Map(state.map(({ key, value }) => [String(key), value as Uint8Array])),
        reports: Map.groupBy(
          reports.map(({ module, report, height }) => ({
            module: String(module),
            report: String(report),
            height: Number(height),
          })),
          ({ height }) => height,
        ),
      }
    } finally {
      database.close()
    }
  })
}

async function readBlob(blobs: string, cid: string): Promise<KeptBlob> {
  if (!isContentId(cid) || !existsSync(join(blobs, cid))) return { state: 'missing' }
  try {
    const bytes = await readFile(join(blobs, cid))
    const found = blobCid(bytes)
    return found === cid ? { state: 'kept', bytes } : { state: 'damaged', found }
  } catch (error) {
    return { state: 'unreadable', reason: error instanceof Error ? error.message : String(error) }
  }
}
