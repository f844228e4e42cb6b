import { type GossipSub, type Message, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import type { PeerId } from '@libp2p/interface'
import type { Log } from '../../base/log.ts'
import { MAX_PAYLOAD_BYTES, openEnvelope, sealEnvelope } from '../envelope.ts'
import type { Identity } from '../identity.ts'
import type { NetworkMessage, Verdict } from '../network.ts'
import { PayloadTooLargeError } from '../network-errors.ts'
import { topicOf } from './gossip-settings.ts'

export interface GossipTerms {
  readonly identity: Identity
  readonly federation: string
  readonly admit: (peerId: string) => boolean
  /** Resolves once the handshake with a neighbour is over: whether it was admitted. */
  readonly admitted: (peerId: string) => Promise<boolean>
  readonly log: Log
}

const RESULT: Record<Verdict, TopicValidatorResult> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
}

/** Signed messages to everybody. Each is judged before it is handed on, so that junk stops at the first peer. */
export class Gossip {
  readonly counts = { messagesIn: 0, messagesOut: 0, messagesIgnored: 0, messagesRejected: 0 }
  readonly #pubsub: GossipSub
  readonly #terms: GossipTerms
  readonly #topic: string
  #judge: (message: NetworkMessage) => Verdict | Promise<Verdict> = () => 'ignore'

  constructor(pubsub: GossipSub, terms: GossipTerms) {
    this.#pubsub = pubsub
    this.#terms = terms
    this.#topic = topicOf(terms.federation)
    pubsub.topicValidators.set(this.#topic, (relay, message) => this.#validate(relay, message))
    pubsub.subscribe(this.#topic)
  }

  onMessage(judge: (message: NetworkMessage) => Verdict | Promise<Verdict>): void {
    this.#judge = judge
  }

  /** Resolves once a neighbour's gossip reaches this peer; rejects with the signal. */
  hears(peer: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (settle: () => void) => {
        this.#pubsub.removeEventListener('subscription-change', check)
        signal.removeEventListener('abort', giveUp)
        settle()
      }
      const giveUp = () => done(() => reject(new Error(`no gossip of ${peer} arrives`)))
      const check = () => {
        if (this.#pubsub.getSubscribers(this.#topic).some((id) => id.toString() === peer)) done(resolve)
      }
      this.#pubsub.addEventListener('subscription-change', check)
      signal.addEventListener('abort', giveUp)
      check()
    })
  }

  async publish(kind: string, payload: Uint8Array): Promise<void> {
    if (payload.length > MAX_PAYLOAD_BYTES) {
      throw new PayloadTooLargeError(kind, payload.length, MAX_PAYLOAD_BYTES)
    }
    const { identity, federation } = this.#terms
    await this.#pubsub.publish(this.#topic, sealEnvelope(identity, federation, kind, payload))
    this.counts.messagesOut++
  }

  async #validate(relay: PeerId, message: Message): Promise<TopicValidatorResult> {
    const verdict = await this.#verdict(relay.toString(), message.data)
    if (verdict === 'accept') this.counts.messagesIn++
    else if (verdict === 'ignore') this.counts.messagesIgnored++
    else this.counts.messagesRejected++
    return RESULT[verdict]
  }

  async #verdict(relay: string, bytes: Uint8Array): Promise<Verdict> {
    const { federation, identity, admit, admitted, log } = this.#terms
    const opened = openEnvelope(bytes, federation, admit)
    if (!opened.ok) {
      log('warn', `Refused a message that ${relay} handed on: ${opened.reason}`, {
        relay,
        reason: opened.reason,
      })
      return 'reject'
    }
    if (opened.value.from === identity.peerId || !(await admitted(relay))) return 'ignore'
    try {
      return await this.#judge({ ...opened.value, relay })
    } catch (error) {
      log('error', `The judge of a ${opened.value.kind} failed`, { error })
      return 'ignore'
    }
  }
}
