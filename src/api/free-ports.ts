import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections (32768 and up, or 49152): a peer that is started again
 * must find its port free, and a dialler must not be given the very port that it dials.
 */
const PORTS = { from: 20_000, to: 32_000 } as const
const MOST_TRIES = 1_000

/** TCP ports of the loopback interface that nobody holds right now; all of them are different. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>()
  for (let tries = 0; held.size < count && tries < MOST_TRIES; tries++) {
    const port = randomInt(PORTS.from, PORTS.to)
    const server = held.has(port) ? null : await hold(port)
    if (server !== null) held.set(port, server)
  }
  await Promise.all([...held.values()].map((server) => once(server.close(), 'close')))
  if (held.size < count) throw new Error(`only ${held.size} of ${count} ports are free on this machine`)
  return [...held.keys()]
}

async function hold(port: number): Promise<Server | null> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
    return server
  } catch {
    return null
  }
}
