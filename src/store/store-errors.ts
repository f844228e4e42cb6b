import { FlexswarmError } from '../base/flexswarm-error.ts'

/** Another process has the directory open. */
export class StoreInUseError extends FlexswarmError<'STORE_IN_USE', { directory: string }> {
  constructor(directory: string, options?: ErrorOptions) {
    super(
      'STORE_IN_USE',
      `Another process has the store in ${directory} open.`,
      'Stop that peer first, or give this one a directory of its own.',
      { directory },
      options,
    )
  }
}

/** The files in the directory are not a store, or are damaged. */
export class StoreCorruptError extends FlexswarmError<'STORE_CORRUPT', { path: string; reason: string }> {
  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(
      'STORE_CORRUPT',
      `The store ${path} cannot be read: ${reason}.`,
      'Restore it from a copy, or move it away: the peer then catches up from the others. Votes of rounds that are not over are lost with it.',
      { path, reason },
      options,
    )
  }
}

/** The store was made by another version of flexswarm. */
export class StoreVersionError extends FlexswarmError<
  'STORE_VERSION',
  { path: string; found: number; expected: number }
> {
  constructor(path: string, found: number, expected: number) {
    super(
      'STORE_VERSION',
      `The store ${path} has version ${found}, this flexswarm reads version ${expected}.`,
      found > expected
        ? 'Use the newer flexswarm that made it.'
        : 'Move it away: the peer catches up from the others.',
      { path, found, expected },
    )
  }
}

/** A row that SQLite reads, but whose bytes are not what was written there. */
export class DamagedEntryError extends FlexswarmError<
  'STORE_ENTRY_DAMAGED',
  { entry: string; reason: string }
> {
  /** @param entry what it was, such as `the vote of round 3` */
  constructor(entry: string, reason: string) {
    super(
      'STORE_ENTRY_DAMAGED',
      `The store is damaged: ${entry} is not what was kept (${reason}).`,
      'Restore the directory from a copy, or move it away and start again once the round is over: the peer then catches up from the others, and cannot vote twice in it.',
      { entry, reason },
    )
  }
}

/** A record that does not follow the last one, or is not what its CID says. */
export class RecordRefusedError extends FlexswarmError<'RECORD_REFUSED', { height: number; reason: string }> {
  constructor(height: number, reason: string) {
    super(
      'RECORD_REFUSED',
      `Record ${height} is not kept: ${reason}.`,
      'This is a mistake of flexswarm itself: please report it with the log.',
      { height, reason },
    )
  }
}

/** This peer has voted otherwise before. The vote must not be sent. */
export class DoubleVoteError extends FlexswarmError<
  'DOUBLE_VOTE',
  { height: number; view: number; step: string }
> {
  constructor(height: number, view: number, step: string) {
    super(
      'DOUBLE_VOTE',
      `Another ${step} was kept for height ${height}, view ${view} before.`,
      'Send the vote that was kept, or none.',
      { height, view, step },
    )
  }
}

/** A blob's file changed while it was read. */
export class DamagedBlobError extends FlexswarmError<'DAMAGED_BLOB', { cid: string; chunk: number }> {
  constructor(cid: string, chunk: number) {
    super(
      'DAMAGED_BLOB',
      `Chunk ${chunk} of blob ${cid} on disk is not what it was.`,
      'Pull the blob again from another peer, and check the disk.',
      { cid, chunk },
    )
  }
}
