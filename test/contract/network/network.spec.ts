import { memory } from '@libp2p/memory'
import { plaintext } from '@libp2p/plaintext'
import { Loopback } from '../../integration/network/loopback.ts'
import { networkContract } from './network-contract.ts'

let name = 0
const inMemory = { transports: [memory()], connectionEncrypters: [plaintext()] }

networkContract('TCP and Noise', () => new Loopback())
networkContract('memory and plaintext', () => new Loopback(() => `/memory/contract-${name++}`, inMemory))
