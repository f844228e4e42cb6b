import { deepEqual } from 'node:assert/strict'
import { encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { cidOf } from '../../../src/base/content-id.ts'
import { silentLog } from '../../../src/base/log.ts'
import type { Network } from '../../../src/network/network.ts'
import { hearGossip, sayTo } from '../../../src/node/gossip.ts'
import { openLongMessages } from '../../../src/node/long-messages.ts'
import type { PeerContext } from '../../../src/node/peer-context.ts'
import { makeCharter } from '../../../src/round/charter/charter-defaults.ts'
import type { Draft } from '../../../src/round/message/message.ts'
import { seal, signedBytes } from '../../../src/round/message/seal.ts'
import { MemoryStore } from '../../../src/store/memory-store.ts'
import { createHub } from './hub.ts'

const FEDERATION = cidOf(encodeCanonical('a federation'))

const never = new AbortController().signal

const charterOf = ({ peerId }: Network) =>
  makeCharter({ name: 'a', seed: 's', model: { fingerprint: 'm' }, founders: [peerId] })

function threePeers() {
  const hub = createHub()
  const networks = [1, 2, 3].map((seed) => hub.connect(new Uint8Array(32).fill(seed)))
  const heard = networks.map((network) => listen(network))
  return { networks, heard, names: networks.map(({ peerId }) => peerId) }
}

function listen(network: Network): string[] {
  const heard: string[] = []
  const charter = charterOf(network)
  const bodies = { attach: () => true } as unknown as PeerContext['bodies']
  const long = openLongMessages({ network, charter, signal: never })
  hearGossip({ network, charter, bodies, long, check: () => true }, ({ kind, peer }) =>
    heard.push(`${kind} of ${peer}`),
  )
  return heard
}

async function sayHead(network: Network, to: readonly string[]): Promise<void> {
  const draft: Draft = { kind: 'head', body: { federation: FEDERATION, round: 0, record: FEDERATION } }
  const message = seal(draft, network.peerId, network.sign('head', signedBytes(draft)))
  const long = openLongMessages({ network, charter: charterOf(network), signal: never })
  await sayTo({ network, store: new MemoryStore(), log: silentLog, long }, message, to)
}

describe('a message to a few peers', () => {
  it('reaches them and nobody else', async () => {
    const { networks, heard, names } = threePeers()
    const [ann] = networks
    if (ann !== undefined) await sayHead(ann, [names[0] ?? '', names[2] ?? ''])
    deepEqual(heard, [[], [], [`head of ${names[0]}`]])
  })

  it('is gossiped where one of them is not connected', async () => {
    const { networks, heard, names } = threePeers()
    const [ann] = networks
    if (ann !== undefined) await sayHead(ann, ['somebody', names[2] ?? ''])
    deepEqual(heard, [[], [`head of ${names[0]}`], [`head of ${names[0]}`]])
  })
})
