import { equal, ok } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import { QUIET_NETWORK } from '../../../src/swarm/network/network-profile.ts'
import { VirtualLinks } from '../../../src/swarm/network/virtual-links.ts'
import { World } from '../../../src/swarm/world/world.ts'

function linksWith(profile: Partial<typeof QUIET_NETWORK>) {
  const world = new World()
  return { world, links: new VirtualLinks(world, { ...QUIET_NETWORK, ...profile }, random('links')) }
}

async function arrivals(profile: Partial<typeof QUIET_NETWORK>, messages: number): Promise<number[]> {
  const { world, links } = linksWith(profile)
  const arrived: number[] = []
  for (let sent = 0; sent < messages; sent++) links.send(0, 1, 100, () => void arrived.push(sent))
  await world.run(() => false, 60_000)
  return arrived
}

describe('the virtual network', () => {
  it('loses, doubles and reorders about as many messages as its profile says', async () => {
    const lost = 10_000 - (await arrivals({ loss: 0.2 }, 10_000)).length
    ok(lost > 1_800 && lost < 2_200, `${lost} of 10,000 lost`)
    const doubled = (await arrivals({ duplication: 0.1 }, 10_000)).length - 10_000
    ok(doubled > 850 && doubled < 1_150, `${doubled} of 10,000 doubled`)
    const order = await arrivals({ minLatencyMs: 1, maxLatencyMs: 50 }, 100)
    ok(order.some((sent, at) => at > 0 && sent < (order[at - 1] ?? 0)))
  })

  it('lets nothing through between the sides of a partition, nor through a cut in its one direction', () => {
    const { links } = linksWith({})
    links.partition([0, 0, 1])
    equal(links.hears(0, 1), true)
    equal(links.hears(0, 2), false)
    links.cut(0, 1)
    equal(links.hears(0, 1), false)
    equal(links.hears(1, 0), true)
    equal(links.connected(0, 1), false)
    links.heal()
    equal(links.connected(0, 1) && links.connected(0, 2), true)
  })

  it('takes as long to pull a body as its bytes need', () => {
    const { links } = linksWith({ bytesPerMs: 100 })
    ok(links.pullMs(1_000_000) >= 10_000)
  })
})
