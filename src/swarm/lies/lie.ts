import type { Event } from '../../round/event.ts'
import type { Message } from '../../round/message/message.ts'
import type { CertifiedRecord } from '../../round/record/certificate.ts'
import type { SimulatedPeer } from '../peer/simulated-peer.ts'
import type { AggregateLie, TrainingLie } from '../work/peer-work.ts'

export type LieName =
  | 'wrong-sum'
  | 'dropped-contribution'
  | 'dropped-direction'
  | 'swapped-directions'
  | 'one-module'
  | 'nan-factors'
  | 'scaled-factors'
  | 'flipped-factors'
  | 'false-samples'
  | 'false-weights'
  | 'swapped-order'
  | 'false-complaints'
  | 'false-proof'
  | 'two-faced'
  | 'yes-sayer'
  | 'forger'
  | 'replayer'
  | 'garbage'
  | 'mute-voter'
  | 'mute-aggregator'
  | 'mute'

/** How a liar departs from what an honest peer does. Whatever is left out is done honestly. */
export interface Lie {
  readonly name: LieName
  readonly training?: TrainingLie
  readonly aggregate?: AggregateLie
  /** It takes every record for valid. */
  readonly believes?: true
  /** Alters the answer to an effect before its own machine hears it. */
  answers?(event: Event): Event
  /** What it sends to a peer in the place of a message of its machine. */
  says?(liar: SimulatedPeer, to: SimulatedPeer, message: Message): readonly (Message | Uint8Array)[]
  /** What it sends besides, to everybody, when it hears something. */
  hears?(liar: SimulatedPeer, message: Message): readonly Message[]
  /** What it serves to those who catch up. */
  serves?(records: readonly CertifiedRecord[], liar: SimulatedPeer): readonly CertifiedRecord[]
}
