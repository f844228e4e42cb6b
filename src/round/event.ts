import type { Timer } from './effect.ts'
import type { ContentId, PeerId } from './identifier.ts'
import type { Message } from './message/message.ts'
import type { CertifiedRecord } from './record/certificate.ts'
import type { GlobalFactors } from './record/record.ts'
import type { Losses } from './weights/weight-rule.ts'

/** What a peer trained, as `announcement` needs it. */
export interface TrainedContribution {
  readonly rank: number
  readonly alpha: number
  readonly samples: number
  /** Only where the charter's weights follow from them. */
  readonly losses?: Losses
  readonly body: ContentId
  readonly size: number
  readonly modules: ContentId
}

/** What an aggregation came to. Contributions of the effect that are in neither list were used unclipped. */
export interface Aggregated {
  readonly global: GlobalFactors
  /** Contributors whose update was cut by the norm rule, and by how much. */
  readonly clipped: readonly { readonly peer: PeerId; readonly clip: number }[]
  readonly excluded: readonly {
    readonly peer: PeerId
    readonly reason: 'unavailable' | 'malformed' | 'norm'
    readonly detail: string
  }[]
  readonly energyKept: Readonly<Record<string, number>>
  /** The other lineage's head could not be had, so it is not in it; it may be merged in a later round. */
  readonly withoutMerged?: true
}

/** What the machine is told. Everything else it knows from its state. */
export type Event =
  /** From the network: decoded (`decodeMessage`), its signatures checked (`signatureClaims`). Otherwise untrusted. */
  | { readonly type: 'message'; readonly message: Message }
  /** Our own message is signed and durable. Answers `sign`. */
  | { readonly type: 'signed'; readonly message: Message }
  | { readonly type: 'timer'; readonly timer: Timer }
  | { readonly type: 'trained'; readonly round: number; readonly contribution: TrainedContribution }
  | { readonly type: 'train-failed'; readonly round: number; readonly reason: string }
  | {
      readonly type: 'aggregated'
      readonly round: number
      readonly view: number
      /** The effect's. */
      readonly attempt: number
      readonly result: Aggregated
    }
  | {
      readonly type: 'aggregate-failed'
      readonly round: number
      readonly view: number
      readonly attempt: number
      readonly reason: string
    }
  /**
   * `refusal` null: it holds. With `module` it answers the check of that module alone. `unavailable`: nothing is known
   * to be wrong, but what is needed to tell cannot be pulled now; nobody is accused, and it is asked for again.
   */
  | {
      readonly type: 'verified'
      readonly round: number
      readonly value: ContentId
      readonly module: string | null
      readonly refusal: {
        readonly reason: string
        readonly module: string | null
        readonly unavailable?: boolean
      } | null
    }
  | { readonly type: 'adopted'; readonly round: number }
  | { readonly type: 'adopt-failed'; readonly round: number; readonly reason: string }
  /** In order of rounds, decoded (`decodeCertifiedRecord`), signatures checked (`certifiedRecordClaims`). */
  | {
      readonly type: 'records-fetched'
      readonly peer: PeerId
      readonly records: readonly CertifiedRecord[]
    }
  | { readonly type: 'fetch-failed'; readonly reason: string }
  /** The user wants this peer to leave the federation. */
  | { readonly type: 'leave' }
  /** Hints of the network: the connection to a peer is gone, or there again. */
  | { readonly type: 'peer-gone'; readonly peer: PeerId }
  | { readonly type: 'peer-here'; readonly peer: PeerId }
