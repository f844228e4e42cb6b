import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** TCP ports of the loopback interface that nobody holds right now; all of them are different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, openServer))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

async function openServer() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
