import { deepEqual, equal, ok } from 'node:assert/strict'
import { type BlobReader, memoryBlob } from '../../../src/base/blob.ts'
import { random } from '../../../src/base/random.ts'
import type { NetworkMessage, Verdict } from '../../../src/network/network.ts'
import { imitatedNetwork } from '../../../src/processes/imitated-network.ts'
import { networkWith } from '../../../src/processes/network-with.ts'
import type { NetworkProfile } from '../../../src/swarm/network/network-profile.ts'
import { absentNetwork } from '../../../src/swarm/work/absent-network.ts'
import { HandClock } from './hand-clock.ts'

const BODY = new Uint8Array(1_000)
const PLAIN = { minLatencyMs: 10, maxLatencyMs: 30, bytesPerMs: 10, loss: 0, duplication: 0 }

/** A peer behind an imitated network; the one below answers at once and hands on what it is given. */
function imitating(given: Partial<NetworkProfile> = {}) {
  let judge: (message: NetworkMessage) => Verdict | Promise<Verdict> = () => 'reject'
  let serve: (cid: string) => Promise<BlobReader | undefined> = async () => undefined
  const clock = new HandClock()
  const under = networkWith(absentNetwork('self'), {
    onMessage: (handler) => {
      judge = handler
    },
    serveBlobs: (lookup) => {
      serve = lookup
    },
    request: async () => ({ ok: true, value: BODY }),
    pull: async () => ({ ok: true, value: { bytes: BODY, dropped: [] } }),
  })
  const profile = { ...PLAIN, ...given }
  const network = imitatedNetwork(under, { profile: () => profile, chance: random('imitated'), clock })
  /** When each of so many messages of no bytes is heard; nothing for those that never are. */
  async function heard(count: number): Promise<{ atMs: number[]; order: number[]; verdicts: Verdict[] }> {
    const [atMs, order, verdicts]: [number[], number[], Verdict[]] = [[], [], []]
    network.onMessage(({ payload }) => {
      atMs.push(clock.nowMs())
      order.push(payload.byteOffset)
      return 'accept'
    })
    const bytes = new ArrayBuffer(count)
    for (let at = 0; at < count; at++) {
      const message = { kind: 'round', from: 'ada', relay: 'ada', payload: new Uint8Array(bytes, at, 0) }
      void Promise.resolve(judge(message)).then((verdict) => verdicts.push(verdict))
    }
    await clock.pass(1_000)
    return { atMs, order, verdicts }
  }
  /** How long something takes. */
  async function takesMs(run: Promise<unknown>): Promise<number> {
    let doneAtMs = Number.POSITIVE_INFINITY
    const startMs = clock.nowMs()
    void run.then(() => {
      doneAtMs = clock.nowMs()
    })
    await clock.pass(10_000)
    return doneAtMs - startMs
  }
  const readServed = async () => (await serve('cid'))?.readChunk(0)
  return { network, heard, takesMs, readServed }
}

describe('an imitated network', () => {
  it('lets every message wait for its latency, and overtake others', async () => {
    const { atMs, order, verdicts } = await imitating().heard(100)
    equal(atMs.length, 100)
    ok(Math.min(...atMs) >= 10 && Math.max(...atMs) <= 30)
    ok(order.some((one, at) => one < (order[at - 1] ?? 0)))
    deepEqual([...new Set(verdicts)], ['accept'])
  })

  it('loses as many messages as its profile says, which are not handed on', async () => {
    const { atMs, verdicts } = await imitating({ loss: 0.3 }).heard(1_000)
    ok(atMs.length > 620 && atMs.length < 780, `${atMs.length} of 1000`)
    equal(verdicts.filter((verdict) => verdict === 'ignore').length, 1_000 - atMs.length)
  })

  it('lets as many come twice', async () => {
    const { atMs } = await imitating({ duplication: 0.3 }).heard(1_000)
    ok(atMs.length > 1_220 && atMs.length < 1_380, `${atMs.length} of 1000`)
  })

  it('takes a question there and its answer back, with the time of its bytes', async () => {
    const { network, takesMs } = imitating()
    const ms = await takesMs(network.request('ada', 'records', new Uint8Array()))
    ok(ms >= 120 && ms <= 160, `${ms} ms`)
  })

  it('lets one body after the other through: together they are no faster than the connection', async () => {
    const { network, takesMs } = imitating()
    const pull = () => network.pull('cid', { size: 1_000, providers: ['ada'] })
    const ms = await takesMs(Promise.all([pull(), pull(), pull()]))
    ok(ms >= 320 && ms <= 360, `${ms} ms`)
  })

  it('gives what others pull through the same connection, the other way', async () => {
    const { network, takesMs, readServed } = imitating()
    network.serveBlobs(async () => memoryBlob(BODY))
    equal(await takesMs(Promise.all([readServed(), readServed()])), 200)
  })

  it('does not let a pull that is called off wait', async () => {
    const { network, takesMs } = imitating({ bytesPerMs: 0.01 })
    const stop = new AbortController()
    const pulled = network.pull('cid', { size: 1_000, providers: ['ada'], signal: stop.signal })
    stop.abort()
    equal(await takesMs(pulled), 0)
  })
})
