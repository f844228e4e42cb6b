import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { createIdentity } from '../../../src/network/identity.ts'
import { InvalidAddressError, PortInUseError } from '../../../src/network/network-errors.ts'
import { address, Loopback, nextEvent, untilPeers } from './loopback.ts'

const portOf = (multiaddress: string) => /\/tcp\/(\d+)/.exec(multiaddress)?.[1] ?? ''

describe('connections of a network', function () {
  this.timeout(400_000)
  const loopback = new Loopback()
  afterEach(() => loopback.close())

  it('are not made on a port that somebody else has: that is said with the next step', async () => {
    const first = await loopback.peer()
    const taken = `/ip4/127.0.0.1/tcp/${portOf(address(first))}`
    await rejects(loopback.peer({ listen: [taken] }), (error: unknown) => {
      ok(error instanceof PortInUseError)
      deepEqual(error.evidence, { addresses: [taken] })
      ok(/port 0/.test(error.nextStep))
      return true
    })
  })

  it('are not made on an address that is none, or of another machine', async () => {
    await rejects(loopback.peer({ listen: ['localhost:4001'] }), InvalidAddressError)
    await rejects(loopback.peer({ listen: ['/ip4/198.51.100.1/tcp/0'] }), InvalidAddressError)
    await rejects(loopback.peer({ bootstrap: ['not an address'] }), InvalidAddressError)
  })

  it('are made when a bootstrap address comes up late, and again when it comes back', async () => {
    const identity = createIdentity()
    const probe = await loopback.peer()
    const listen = [`/ip4/127.0.0.1/tcp/${portOf(address(probe))}`]
    await probe.close()
    const timings = { redialMinMs: 20, redialMaxMs: 50 }
    const bob = await loopback.peer({ bootstrap: listen, timings })
    const first = await loopback.peer({ identity, listen })
    await untilPeers(bob, 1)
    const left = nextEvent(bob, 'leave')
    await first.close()
    equal((await left).peer, identity.peerId)
    const back = nextEvent(bob, 'join')
    await loopback.peer({ identity, listen })
    equal((await back).peer, identity.peerId)
  })
})
