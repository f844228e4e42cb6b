import { deepEqual, equal, ok } from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { blobCid, memoryBlob } from '../../../src/base/blob.ts'
import type { Network } from '../../../src/network/network.ts'
import { Loopback } from './loopback.ts'
import { sampleBlob } from './sample-blob.ts'

const blob = sampleBlob()
const cid = blobCid(blob)
const whole = memoryBlob(blob)

const serve = (network: Network, reader = whole) =>
  network.serveBlobs(async (asked) => (asked === cid ? reader : undefined))

describe('a pull over real sockets', function () {
  this.timeout(400_000)
  const loopback = new Loopback()
  const children: ChildProcess[] = []
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await loopback.close()
  })

  async function providerThatDies(): Promise<{ address: string; exit: Promise<unknown> }> {
    const script = fileURLToPath(new URL('./dying-provider.ts', import.meta.url))
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(child)
    const exit = once(child, 'exit')
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    return { address: said.toString(), exit }
  }

  it('costs little more than the blob', async () => {
    const [ann, bob] = await loopback.peers(2)
    ok(ann && bob)
    serve(ann)
    const before = bob.metrics().bytesIn
    const pulled = await bob.pull(cid, { size: blob.length, providers: [ann.peerId] })
    deepEqual(pulled, { ok: true, value: { bytes: blob, dropped: [] } })
    const cost = (bob.metrics().bytesIn - before) / blob.length
    ok(cost < 1.01, `${cost} bytes for each`)
  })

  it('survives a provider whose process is killed in the middle, and names it', async () => {
    const [ann, bob] = await loopback.peers(2)
    ok(ann && bob)
    serve(ann)
    const { address, exit } = await providerThatDies()
    const dead = await bob.dial(address)
    const pulled = await bob.pull(cid, { size: blob.length, providers: [dead, ann.peerId] })
    await exit
    ok(pulled.ok, JSON.stringify(pulled))
    deepEqual(pulled.value.bytes, blob)
    deepEqual(
      pulled.value.dropped.map(({ peer, lied }) => [peer, lied]),
      [[dead, false]],
    )
  })

  it('survives a provider that turns to lying in the middle, and names it', async () => {
    const [ann, bob, liar] = await loopback.peers(3)
    ok(ann && bob && liar)
    serve(ann)
    let served = 0
    serve(liar, {
      ...whole,
      readChunk: async (index) => {
        const bytes = (await whole.readChunk(index)).slice()
        if (++served === 2) bytes[0] = (bytes[0] as number) ^ 1
        return bytes
      },
    })
    const pulled = await bob.pull(cid, { size: blob.length, providers: [liar.peerId, ann.peerId] })
    ok(pulled.ok, JSON.stringify(pulled))
    deepEqual(pulled.value.bytes, blob)
    equal(pulled.value.dropped.length, 1)
    const [dropped] = pulled.value.dropped
    equal(dropped?.peer, liar.peerId)
    ok(dropped?.lied)
  })

  it('finds a provider that it was not connected to', async () => {
    const [ann, bob] = await loopback.peers(2, { maxPeers: 1 })
    ok(ann && bob)
    const carl = await loopback.peer({ maxPeers: 1, bootstrap: [bob.addresses()[0] as string] })
    serve(carl)
    await new Promise<void>((resolve) => {
      const stop = bob.onPeer((event) => {
        if (event.type !== 'join' || event.peer !== carl.peerId) return
        stop()
        resolve()
      })
    })
    const pulled = await bob.pull(cid, { size: blob.length, providers: [carl.peerId] })
    ok(pulled.ok)
  })
})
