import { byteCounter } from './byte-counter.ts'
import { Libp2pNetwork } from './libp2p-network.ts'
import { type TransportParts, tcpWithNoise } from './libp2p-parts.ts'
import type { Network } from './network.ts'
import { type NetworkOptions, withDefaults } from './network-options.ts'
import { startLibp2p } from './start-libp2p.ts'

/**
 * Opens this peer's network: it listens, shakes hands with whoever comes, and looks for the others.
 *
 * @param parts how bytes travel; TCP with Noise by default
 * @throws PortInUseError, InvalidAddressError
 */
export async function openNetwork(
  options: NetworkOptions,
  parts: TransportParts = tcpWithNoise(),
): Promise<Network> {
  const settings = withDefaults(options)
  const counter = byteCounter()
  const network = new Libp2pNetwork(await startLibp2p(settings, counter.metrics, parts), settings, counter)
  await network.open()
  return network
}
