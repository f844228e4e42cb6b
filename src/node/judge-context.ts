import type { Network } from '../network/network.ts'
import type { PeerContext } from './peer-context.ts'

/** What a record's aggregate is judged with: of a running peer, or of what a directory holds. */
export type JudgeContext = Pick<PeerContext, 'charter' | 'modules' | 'bodies' | 'product' | 'runner'> & {
  readonly network: Pick<Network, 'peers' | 'request'>
}
