import { deepEqual, equal } from 'node:assert/strict'
import type { NetworkMessage, PeerEvent, Verdict } from '../../../src/network/network.ts'
import type { PeerPorts } from '../../../src/node/peer-context.ts'
import { peerWork } from '../../../src/node/peer-work.ts'
import { Links } from '../../../src/processes/links.ts'
import { networkWith } from '../../../src/processes/network-with.ts'
import { absentNetwork } from '../../../src/swarm/work/absent-network.ts'

/** A peer's network behind links, over one that hands on what it is given. */
function behindLinks() {
  let handler: (message: NetworkMessage) => Verdict | Promise<Verdict> = () => 'reject'
  const links = new Links()
  const under = networkWith(absentNetwork('self'), {
    peers: () => ['ada', 'bo'],
    onMessage: (given) => {
      handler = given
    },
    request: async () => ({ ok: true, value: new Uint8Array() }),
  })
  const { network } = links.around({ ports: { network: under } as PeerPorts, work: peerWork }).ports
  network.onMessage(() => 'accept')
  const hear = (relay: string) => handler({ kind: 'round', from: 'ada', payload: new Uint8Array(), relay })
  return { links, network, hear }
}

describe('links that a script cuts', () => {
  it('let everything through while nothing is cut', async () => {
    const { network, hear } = behindLinks()
    equal(await hear('ada'), 'accept')
    deepEqual(network.peers(), ['ada', 'bo'])
  })

  it('hand on nothing from across a split, by whoever it was passed on, and say that the others are gone', async () => {
    const { links, network, hear } = behindLinks()
    const heard: PeerEvent[] = []
    network.onPeer((event) => heard.push(event))
    links.set({ deafTo: ['bo'], unheardBy: ['bo'] })
    equal(await hear('bo'), 'ignore')
    equal(await hear('ada'), 'accept')
    deepEqual(network.peers(), ['ada'])
    equal((await network.request('bo', 'records', new Uint8Array())).ok, false)
    links.set({ deafTo: [], unheardBy: [] })
    deepEqual(heard, [
      { type: 'leave', peer: 'bo' },
      { type: 'join', peer: 'bo' },
    ])
    equal(await hear('bo'), 'accept')
  })

  it('that are cut in one direction only stay connections', () => {
    const { links, network } = behindLinks()
    const heard: PeerEvent[] = []
    network.onPeer((event) => heard.push(event))
    links.set({ deafTo: ['bo'], unheardBy: [] })
    deepEqual(heard, [])
  })
})
