import { deepEqual, equal, ok } from 'node:assert/strict'
import { MAX_PAYLOAD_BYTES } from '../../../src/network/envelope.ts'
import type { Network } from '../../../src/network/network.ts'
import { openBodies } from '../../../src/node/bodies.ts'
import { hearGossip, type Listening, sayToAll } from '../../../src/node/gossip.ts'
import { openLongMessages } from '../../../src/node/long-messages.ts'
import type { Message } from '../../../src/round/message/message.ts'
import { encodeMessage, messageBytesLimit } from '../../../src/round/message/message-codec.ts'
import { certifiedRecordBytesLimit, encodeCertifiedRecord } from '../../../src/round/record/record-codec.ts'
import { recordId } from '../../../src/round/record/record-id.ts'
import { MemoryStore } from '../../../src/store/memory-store.ts'
import { charterOf, collected, founder, typesIn } from '../../unit/round/samples.ts'
import { Loopback } from '../network/loopback.ts'

const PEERS = 1_000
const COMMITTEE = 64
const founders = Array.from({ length: PEERS }, (_, at) => `12D3KooW${String(at).padStart(44, 'A')}`)
const never = new AbortController().signal

/** The proposal that a real round of a thousand peers comes to, and what one who hears it does. */
function bigRound() {
  const given = { founders, committeeSize: COMMITTEE }
  const { order, voters } = founder(founders[0] ?? '', given).state.height
  const leader = collected(founder(order[0] ?? '', given))
  const record = leader.record(0)
  const proposal = leader.seal(leader.proposal(0, record), leader.state.self)
  const voter = voters.find((peer) => peer !== leader.state.self) ?? ''
  return { record, proposal, listener: () => founder(voter, given) }
}

/** A peer's ears and mouth over a network; signatures are those of the samples, so they are not looked at. */
function talking(network: Network) {
  const charter = charterOf({ founders, committeeSize: COMMITTEE })
  const store = new MemoryStore()
  const long = openLongMessages({ network, charter, signal: never })
  const bodies = openBodies({ network, store, maxBytes: 2 ** 20, signal: never })
  network.serveBlobs(async (cid) => long.open(cid))
  const listening: Listening = { network, charter, bodies, long, check: () => true }
  const speaking = { network, store, log: () => {}, long }
  return {
    say: (message: Message) => sayToAll(speaking, message),
    hears: () => new Promise<Message>((resolve) => hearGossip(listening, resolve)),
  }
}

describe('a federation of a thousand peers', () => {
  const machine = new Loopback()
  afterEach(() => machine.close())

  it('makes proposals that gossip cannot carry, and records within every limit', () => {
    const { proposal, record } = bigRound()
    const bytes = encodeMessage(proposal).length
    ok(bytes > MAX_PAYLOAD_BYTES, `${bytes}`)
    ok(bytes <= messageBytesLimit(PEERS))
    const signatures = founders.slice(0, COMMITTEE).map((peer) => ({ peer, signature: new Uint8Array(64) }))
    const { federation, round } = record
    const frame = { federation, round, view: 0, record: recordId(record), signatures }
    const certificate = { v: 1, kind: 'certificate', ...frame } as const
    ok(encodeCertifiedRecord({ record, certificate }).length <= certifiedRecordBytesLimit(PEERS))
  })

  it('hears them all the same: everybody pulls what gossip names, and the machine goes on', async () => {
    const { proposal, listener } = bigRound()
    const [one, two, three] = (await machine.peers(3)).map(talking)
    ok(one && two && three)
    const heard = [two.hears(), three.hears()]
    await one.say(proposal)
    for (const message of await Promise.all(heard)) deepEqual(message, proposal)
    const driven = listener()
    driven.does({ type: 'timer', timer: { name: 'collect', round: 1, view: 0 } }, 10_000_000)
    ok(typesIn(driven.does({ type: 'message', message: proposal })).includes('verify'))
  })
})

describe('long messages', () => {
  const charter = charterOf()
  const network = (pull: Network['pull']) => ({ peerId: 'me', pull })
  const open = (pull: Network['pull']) => openLongMessages({ network: network(pull), charter, signal: never })
  const nobody: Network['pull'] = async () => ({ ok: false, reason: 'nobody' })

  it('beyond the limit of the federation are not pulled at all', async () => {
    let pulls = 0
    const long = open(async () => {
      pulls++
      return { ok: false, reason: 'nobody' }
    })
    const size = messageBytesLimit(charter.maxPeers) + 1
    equal((await long.fetch({ body: 'x', size }, 'eve', ['eve'])).ok, false)
    equal(pulls, 0)
  })

  it('of one author are pulled two at a time, however many it names', async () => {
    let pulls = 0
    const long = open(() => {
      pulls++
      return new Promise(() => {})
    })
    for (let at = 0; at < 50; at++) void long.fetch({ body: `x${at}`, size: 9 }, 'eve', ['eve'])
    equal(pulls, 2)
    void long.fetch({ body: 'y', size: 9 }, 'ann', ['ann'])
    equal(pulls, 3)
  })

  it('are served again by whoever heard them, the newest few', async () => {
    const long = open(nobody)
    const bodies = Array.from({ length: 20 }, (_, at) => `x${at}`)
    for (const body of bodies) long.keep(body, new Uint8Array([1]))
    deepEqual(
      bodies.filter((body) => long.open(body) !== undefined),
      bodies.slice(-8),
    )
  })

  it('of its own a peer keeps whatever others say', async () => {
    const long = open(nobody)
    const { body } = long.offer(new Uint8Array([7]))
    for (let at = 0; at < 20; at++) long.keep(`x${at}`, new Uint8Array([1]))
    deepEqual(await long.fetch({ body, size: 1 }, 'ann', []), { ok: true, value: new Uint8Array([7]) })
  })
})
