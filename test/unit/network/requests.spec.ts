import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { accept, refuse } from '../../../src/base/result.ts'
import type { RequestHandler } from '../../../src/network/network.ts'
import { answerRequest } from '../../../src/network/requests/answer-request.ts'
import { askPeer } from '../../../src/network/requests/ask-peer.ts'
import { wirePair } from './wire-pair.ts'

const never = new AbortController().signal
const body = new Uint8Array([1, 2, 3])

/** Asks a peer that has this handler under the name 'records'. */
function ask(handler: RequestHandler, name = 'records', asked = body) {
  const [near, far] = wirePair()
  void answerRequest(far, 'ann', new Map([['records', handler]]), 1000)
  return askPeer(async () => near, name, asked, never)
}

/** Asks a peer that sends these bytes, whatever it is asked. */
async function askRaw(answer: Uint8Array) {
  const [near, far] = wirePair()
  await far.write(answer, never)
  return askPeer(async () => near, 'records', body, never)
}

describe('a request', () => {
  it('reaches the handler of its name with its author, and brings back the answer', async () =>
    deepEqual(
      await ask(async (from, asked) => (from === 'ann' ? accept(asked) : refuse(from))),
      accept(body),
    ))

  it('brings back why it was refused', async () => {
    deepEqual(await ask(async () => refuse('too early')), refuse('too early'))
    deepEqual(await ask(() => Promise.reject(new Error('disk'))), refuse('the answer failed: disk'))
    deepEqual(await ask(async () => accept(body), 'other'), refuse('nobody answers "other" here'))
  })

  it('is not sent when it is too long', async () => {
    const result = await ask(async () => accept(body), 'records', new Uint8Array(70_000))
    ok(!result.ok && /too long/.test(result.reason))
  })

  it('takes nothing but an answer for one', async () => {
    for (const frame of [
      new Uint8Array(),
      body,
      encodeCanonical({ body, reason: 'x' }),
      encodeCanonical({}),
    ]) {
      const result = await askRaw(frame)
      ok(!result.ok && /malformed/.test(result.reason), JSON.stringify(result))
    }
  })

  it('fails when nobody is there', async () =>
    deepEqual(
      await askPeer(() => Promise.reject(new Error('no way')), 'records', body, never),
      refuse('no way'),
    ))
})

describe('one who answers requests', () => {
  it('survives whatever is sent, and never calls a handler for it', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const [near, far] = wirePair()
        let called = 0
        const handler = async () => accept(new Uint8Array([called++]))
        await near.write(bytes, never)
        await near.finish(never)
        await answerRequest(far, 'eve', new Map([['records', handler]]), 1000)
        equal(called, 0)
      }),
    ))
})
