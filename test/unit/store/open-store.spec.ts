import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CHUNK_BYTES } from '../../../src/base/blob.ts'
import { openStore } from '../../../src/store/open-store.ts'
import {
  DamagedBlobError,
  DoubleVoteError,
  StoreCorruptError,
  StoreInUseError,
  StoreVersionError,
} from '../../../src/store/store-errors.ts'
import { recordOf } from '../../contract/store/store-contract.ts'

const bytes = (...values: number[]) => new Uint8Array(values)

describe('a store on disk', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'flexswarm-store-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('holds after it was closed what it held before', async () => {
    const first = await openStore(directory)
    first.appendRecord(recordOf(1))
    first.putVote({ height: 2, previous: '', view: 0, step: 'prevote', vote: bytes(1) })
    first.putState('machine', bytes(9))
    const cid = await first.putBlob(bytes(1, 2, 3))
    first.close()
    const second = await openStore(directory)
    deepEqual(second.lastRecord(), recordOf(1))
    deepEqual(second.getState('machine'), bytes(9))
    deepEqual(await second.getBlob(cid), bytes(1, 2, 3))
    throws(
      () => second.putVote({ height: 2, previous: '', view: 0, step: 'prevote', vote: bytes(2) }),
      DoubleVoteError,
    )
    second.close()
  })

  it('belongs to one at a time, but may be queried by others meanwhile', async () => {
    const store = await openStore(directory)
    await rejects(openStore(directory), (error: unknown) => {
      ok(error instanceof StoreInUseError)
      deepEqual(error.evidence, { directory })
      return true
    })
    store.appendRecord(recordOf(1))
    const reader = new DatabaseSync(join(directory, 'store.sqlite'), { readOnly: true })
    deepEqual({ ...reader.prepare('SELECT height FROM records').get() }, { height: 1 })
    reader.close()
    store.close()
    const again = await openStore(directory)
    again.close()
  })

  it('loses nothing that it had said it kept when its process is killed, and is free at once', async () => {
    const module = new URL('../../../src/store/open-store.ts', import.meta.url).href
    const script = `
      const { openStore } = await import(${JSON.stringify(module)})
      const store = await openStore(process.argv[1])
      store.putVote({ height: 1, previous: '', view: 0, step: 'prevote', vote: new Uint8Array([7]) })
      const cid = await store.putBlob(new Uint8Array([1, 2]))
      process.stdout.write(cid)
      process.stdin.resume()`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory])
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    await rejects(openStore(directory), StoreInUseError)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const store = await openStore(directory)
    deepEqual(store.voteFor({ height: 1, previous: '', view: 0, step: 'prevote' })?.vote, bytes(7))
    deepEqual(await store.getBlob(said.toString()), bytes(1, 2))
    store.close()
  })

  it('clears away blobs that were half-written when a crash came', async () => {
    const first = await openStore(directory)
    const cid = await first.putBlob(bytes(1))
    first.close()
    writeFileSync(join(directory, 'blobs', `${cid}.0a1b.tmp`), bytes(1, 2))
    const second = await openStore(directory)
    deepEqual(readdirSync(join(directory, 'blobs')), [cid])
    second.close()
  })

  it('answers as if it had never had a blob whose file was cut or changed', async () => {
    const store = await openStore(directory)
    const cut = await store.putBlob(bytes(1, 2, 3))
    const changed = await store.putBlob(bytes(4, 5, 6))
    truncateSync(join(directory, 'blobs', cut), 2)
    writeFileSync(join(directory, 'blobs', changed), bytes(4, 5, 7))
    equal(await store.getBlob(cut), undefined)
    equal(await store.openBlob(changed), undefined)
    deepEqual(await store.blobCids(), [])
    store.close()
  })

  it('notices a chunk that changes while the blob is read', async () => {
    const store = await openStore(directory)
    const blob = new Uint8Array(CHUNK_BYTES + 1)
    const cid = await store.putBlob(blob)
    const reader = await store.openBlob(cid)
    deepEqual(await reader?.readChunk(1), bytes(0))
    blob[CHUNK_BYTES] = 1
    writeFileSync(join(directory, 'blobs', cid), blob)
    await rejects(async () => reader?.readChunk(1), DamagedBlobError)
    store.close()
  })

  it('says so when its database is damaged, and leaves it as it is', async () => {
    const path = join(directory, 'store.sqlite')
    writeFileSync(path, 'this is no database, only text that somebody put in its place')
    const before = readFileSync(path)
    await rejects(openStore(directory), StoreCorruptError)
    deepEqual(readFileSync(path), before)
    rmSync(path)
    const store = await openStore(directory)
    store.close()
  })

  it('is not read by a version that does not know it', async () => {
    const store = await openStore(directory)
    store.close()
    const database = new DatabaseSync(join(directory, 'store.sqlite'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    await rejects(openStore(directory), StoreVersionError)
  })
})
