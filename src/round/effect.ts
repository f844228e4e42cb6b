import type { ContentId, PeerId } from './identifier.ts'
import type { AnnouncementMessage, Draft, Message } from './message/message.ts'
import type { SignedProposal } from './message/proposal.ts'
import type { SignedVote } from './message/vote.ts'
import type { Progress } from './progress/progress.ts'
import type { CertifiedRecord } from './record/certificate.ts'
import type { GlobalFactors, MergedHead, RoundRecord } from './record/record.ts'

/** Timers are replaced by name: setting one forgets the one of the same name. */
export type TimerName =
  | 'collect'
  | 'propose'
  | 'prevote'
  | 'precommit'
  | 'resend'
  | 'catch-up'
  | 'adopt'
  | 'gone'

export interface Timer {
  readonly name: TimerName
  readonly round: number
  readonly view: number
}

/** What must be on disk with a precommit, so that a restarted peer can still prove and propose what it locked. */
export interface LockProof {
  readonly proposal: SignedProposal
  /** A quorum of prevotes for it. */
  readonly prevotes: readonly SignedVote[]
}

/**
 * What the machine wants done. The driver carries effects out in the order given. It need not wait for one before
 * it starts the next, with one exception: nothing after `keep` starts before that record is durable.
 */
export type Effect =
  /** Train from the given global factors (null: the first factors of the charter's seed). → `trained`, `train-failed` */
  | {
      readonly type: 'train'
      readonly round: number
      readonly previous: ContentId
      readonly global: GlobalFactors | null
    }
  /** The round went on without us: stop training for it. No event. */
  | { readonly type: 'stop-training'; readonly round: number }
  /**
   * Sign the draft, make it (and `proof`) durable, then answer `signed`. A vote is counted and sent only after that
   * event, so votes are on disk before they are on the wire.
   */
  | { readonly type: 'sign'; readonly draft: Draft; readonly proof: LockProof | null }
  /**
   * Send to every peer, or to these alone: a driver that cannot reach them one by one may send it to more. It may be
   * somebody else's message (relayed), and may have been sent before. No event.
   */
  | { readonly type: 'broadcast'; readonly message: Message; readonly to?: readonly PeerId[] }
  /** Call `timer` at this time of the clock that `step` is given. Replaces the timer of the same name. */
  | { readonly type: 'timer'; readonly timer: Timer; readonly atMs: number }
  /** A hint: this body will probably be wanted here soon. No event. */
  | { readonly type: 'prefetch'; readonly announcement: AnnouncementMessage }
  /** Pull, check and average these contributions into new global factors. → `aggregated`, `aggregate-failed` */
  | {
      readonly type: 'aggregate'
      readonly round: number
      readonly view: number
      /** Names this aggregation in its answer: the answer to one that matters no more may come after it. */
      readonly attempt: number
      readonly contributions: readonly AnnouncementMessage[]
      /** Only under `continue`: another lineage's head, which counts as one more contribution of `samples`. */
      readonly merged?: MergedHead
      /** The global factors before. */
      readonly global: GlobalFactors | null
    }
  /**
   * valid(v): check that `record.global` is the aggregate of `record.contributions`, and that its exclusions for
   * `malformed` and `norm` are deserved. With `module`, check that module alone: somebody complained. → `verified`
   */
  | {
      readonly type: 'verify'
      readonly round: number
      readonly value: ContentId
      readonly record: RoundRecord
      /** The global factors before. */
      readonly global: GlobalFactors | null
      readonly module: string | null
    }
  /**
   * Make a certified record durable before any later effect. The newest one kept is where a restart resumes.
   * `replaces` (only under `continue`): what was kept of this round and later belongs to a lineage that was given up.
   */
  | { readonly type: 'keep'; readonly certified: CertifiedRecord; readonly replaces?: true }
  /** Pull these global factors and take them over. → `adopted`, `adopt-failed` */
  | {
      readonly type: 'adopt'
      readonly round: number
      readonly record: ContentId
      readonly global: GlobalFactors
    }
  /**
   * Ask for certified records from round `from` on, without those `known` (only under `continue`: the newest records
   * here, so that another lineage is served from where it left this one). `peers` are known to have some; empty: ask
   * whoever is there. → `records-fetched` (once for each answer) or `fetch-failed`
   */
  | {
      readonly type: 'fetch-records'
      readonly from: number
      readonly known?: readonly ContentId[]
      readonly peers: readonly PeerId[]
    }
  /** A peer did what no honest peer does. The network may want to drop it. No event. */
  | {
      readonly type: 'accuse'
      readonly peer: PeerId
      readonly reason: string
      /** The module at which a wrong aggregate was found. */
      readonly module?: string | null
      readonly evidence: readonly Message[]
    }
  | { readonly type: 'progress'; readonly progress: Progress }
  /**
   * The last round is certified and adopted, or this peer has left. Keep serving others until `released`. Under
   * `continue` another lineage that is met meanwhile may make it work again, and be finished again.
   */
  | { readonly type: 'finished'; readonly reason: 'rounds' | 'left' | 'empty' }
  /** Everybody whom this peer knows to need it is finished too (`releaseWhenAllFinished`). */
  | { readonly type: 'released' }
