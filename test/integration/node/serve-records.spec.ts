import { deepEqual, equal, ok } from 'node:assert/strict'
import { certified } from '../../../scripts/bench-decoders/decoders/round-samples.ts'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { cidOf } from '../../../src/base/content-id.ts'
import { silentLog } from '../../../src/base/log.ts'
import type { PeerContext } from '../../../src/node/peer-context.ts'
import { serveRecords } from '../../../src/node/record-exchange.ts'
import { decodeRecordsAnswer, encodeRecordsRequest } from '../../../src/node/record-messages.ts'
import { decodeCertifiedRecord } from '../../../src/round/record/record-codec.ts'
import { recordId } from '../../../src/round/record/record-id.ts'
import { MemoryStore } from '../../../src/store/memory-store.ts'
import { createHub } from './hub.ts'

const MAX_PEERS = 64

/** Ten certified records in a row, and how many of them were ever read from disk at once. */
function served() {
  const hub = createHub()
  const [server, asker] = [1, 2].map((seed) => hub.connect(new Uint8Array(32).fill(seed)))
  ok(server && asker)
  const store = new MemoryStore()
  const cids: string[] = []
  const [sample] = certified
  ok(sample)
  for (let round = 1; round <= 10; round++) {
    const record = { ...sample.record, round }
    const certificate = { ...sample.certificate, round, record: recordId(record) }
    const bytes = encodeCanonical(record)
    cids.push(cidOf(bytes))
    store.appendRecord({
      height: round,
      cid: cidOf(bytes),
      record: bytes,
      certificate: encodeCanonical(certificate),
    })
  }
  let most = 0
  const watched = {
    recordsFrom: (height: number, limit: number) => {
      most = Math.max(most, limit)
      return store.recordsFrom(height, limit)
    },
  }
  const charter = { maxPeers: MAX_PEERS }
  serveRecords({ network: server, store: watched, charter, log: silentLog } as unknown as PeerContext)
  const ask = async (from: number, known: readonly string[]) => {
    const answer = await asker.request(server.peerId, 'records', encodeRecordsRequest({ from, known }))
    ok(answer.ok)
    const list = decodeRecordsAnswer(answer.value)
    ok(list.ok)
    return list.value.map((bytes) => {
      const read = decodeCertifiedRecord(bytes, MAX_PEERS)
      return read.ok ? read.value.record.round : read.reason
    })
  }
  return { ask, cids, most: () => most }
}

describe('records for those who are behind', () => {
  it('come from the round that was asked for on, in order, without those that are known', async () => {
    const { ask, cids } = served()
    deepEqual(await ask(1, []), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    deepEqual(
      await ask(4, [cids[3] ?? '', cids[4] ?? '', cids[5] ?? '', cids[6] ?? '', cids[8] ?? '']),
      [8, 10],
    )
    deepEqual(await ask(11, []), [])
  })

  it('are read a few at a time, however many are asked for', async () => {
    const { ask, most } = served()
    await ask(1, [])
    equal(most(), 4)
  })
})
