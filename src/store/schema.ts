import type { DatabaseSync } from 'node:sqlite'
import { StoreVersionError } from './store-errors.ts'

/** Raised with every change of the tables. */
const SCHEMA_VERSION = 3

const TABLES = `
  CREATE TABLE records (
    height INTEGER PRIMARY KEY, cid TEXT NOT NULL UNIQUE, record BLOB NOT NULL, certificate BLOB NOT NULL
  ) STRICT;
  CREATE TABLE replaced_records (
    height INTEGER NOT NULL, cid TEXT NOT NULL PRIMARY KEY, record BLOB NOT NULL, certificate BLOB NOT NULL
  ) STRICT;
  CREATE TABLE votes (
    height INTEGER NOT NULL, previous TEXT NOT NULL, view INTEGER NOT NULL, step TEXT NOT NULL, vote BLOB NOT NULL,
    PRIMARY KEY (height, previous, view, step)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE roster (
    height INTEGER NOT NULL, peer TEXT NOT NULL, rank INTEGER NOT NULL, samples INTEGER NOT NULL,
    PRIMARY KEY (height, peer)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE metrics (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, height INTEGER NOT NULL, peer TEXT NOT NULL, value REAL
  ) STRICT;
  CREATE INDEX metrics_by_name ON metrics (name, height, id);
  CREATE TABLE reports (
    height INTEGER NOT NULL, module TEXT NOT NULL, report TEXT NOT NULL, PRIMARY KEY (height, module)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
`

/** @throws {StoreVersionError} unless the database has this version's tables */
export function requireSchema(database: DatabaseSync, path: string): void {
  const found = versionOf(database)
  if (found !== SCHEMA_VERSION) throw new StoreVersionError(path, found, SCHEMA_VERSION)
}

function versionOf(database: DatabaseSync): number {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {}
  return Number(version)
}

/** Makes the tables in a new database, or checks that an old one is of this version. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  const found = versionOf(database)
  if (found === SCHEMA_VERSION) return
  if (found !== 0) throw new StoreVersionError(path, found, SCHEMA_VERSION)
  database.exec(`BEGIN IMMEDIATE; ${TABLES} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`)
}
