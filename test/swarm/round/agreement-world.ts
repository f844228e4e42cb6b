import { equal } from 'node:assert/strict'
import { type Random, random } from '../../../src/base/random.ts'
import {
  type Act,
  type Agreement,
  initialAgreement,
  type Outcome,
  tallyOf,
  withVerdict,
} from '../../../src/round/agreement/agreement.ts'
import { hearProposal, hearVote } from '../../../src/round/agreement/hear.ts'
import { type Height, proposerOf } from '../../../src/round/agreement/height.ts'
import { onTimeout } from '../../../src/round/agreement/on-timeout.ts'
import { type KeptBallot, restoreAgreement } from '../../../src/round/agreement/restore-agreement.ts'
import { settleAgreement } from '../../../src/round/agreement/settle-agreement.ts'
import { openFirstView } from '../../../src/round/agreement/start-view.ts'
import { ballotsFor } from '../../../src/round/agreement/tally.ts'
import type { LockProof } from '../../../src/round/effect.ts'
import type { SignedProposal } from '../../../src/round/message/proposal.ts'
import type { SignedVote, VoteStep } from '../../../src/round/message/vote.ts'
import type { RoundRecord } from '../../../src/round/record/record.ts'
import { liarsTolerated, quorumOf } from '../../../src/round/roster/quorum.ts'

type Ballot = SignedProposal | SignedVote

interface Voter {
  readonly height: Height
  agreement: Agreement
  readonly kept: KeptBallot[]
  readonly timers: { readonly step: 'propose' | VoteStep; readonly view: number }[]
  readonly inbox: Ballot[]
  readonly liar: boolean
}

const NOTHING = {} as RoundRecord
const frame = { federation: 'f', round: 1 }

/**
 * Algorithm 1 alone under an adversary that chooses every step: which message arrives where and when, which deadline
 * passes although nothing is late, who crashes and comes back, and what liars say to whom.
 */
export class AgreementWorld {
  readonly chance: Random
  readonly voters: readonly Voter[]
  readonly values = new Set<string>()
  readonly decisions = new Set<string>()
  readonly said: Ballot[] = []
  readonly seed: number
  /** How often a deadline passes rather than a message arrives. */
  readonly impatience: number

  constructor(seed: number, faults: 'crash' | 'byzantine') {
    this.seed = seed
    this.chance = random('schedule', seed)
    this.impatience = 0.01 + 0.14 * this.chance.uniform()
    const size = faults === 'crash' ? 3 + this.chance.integer(3) : 4 + this.chance.integer(4)
    const names = Array.from({ length: size }, (_, at) => `p${at}`)
    const liars = liarsTolerated(faults, size)
    this.voters = names.map((self, at) => {
      const order = names
      const height: Height = { self, voters: names, quorum: quorumOf(faults, size), liars, order }
      const agreement = openFirstView(height, initialAgreement(height)).agreement
      const timers: Voter['timers'] = [{ step: 'propose', view: 0 }]
      return { height, agreement, kept: [], timers, inbox: [], liar: at < liars }
    })
    for (const voter of this.voters) this.settle(voter)
  }

  /** One move of the adversary. */
  move(): void {
    const voter = this.pick(this.voters) as Voter
    const kind = this.chance.uniform()
    if (voter.liar && kind < 0.3) this.lie(voter)
    else if (voter.liar) this.move()
    else if (kind < this.impatience) this.timeOut(voter)
    else if (kind > 0.99) this.restart(voter)
    else this.deliver(voter)
  }

  private pick<T>(items: readonly T[]): T | undefined {
    return items[this.chance.integer(Math.max(1, items.length))]
  }

  private deliver(voter: Voter): void {
    const at = this.chance.integer(Math.max(1, voter.inbox.length))
    const [ballot] = voter.inbox.splice(at, 1)
    if (ballot === undefined || this.chance.uniform() < 0.05) return
    this.hear(voter, ballot)
    this.settle(voter)
  }

  private hear(voter: Voter, ballot: Ballot): void {
    voter.agreement =
      ballot.kind === 'vote'
        ? hearVote(voter.height, voter.agreement, ballot).agreement
        : hearProposal(voter.height, voter.agreement, ballot).agreement
  }

  private timeOut(voter: Voter): void {
    const at = this.chance.integer(Math.max(1, voter.timers.length))
    const [timer] = voter.timers.splice(at, 1)
    if (timer === undefined || voter.agreement.decided !== null) return
    this.apply(voter, onTimeout(voter.height, voter.agreement, timer.step, timer.view))
    this.settle(voter)
  }

  /** Everything but what was kept is lost. */
  private restart(voter: Voter): void {
    const blank = openFirstView(voter.height, initialAgreement(voter.height)).agreement
    voter.agreement = restoreAgreement(voter.height, blank, voter.kept)
    for (const { message } of voter.kept) this.spread(message)
    voter.timers.push({ step: 'propose', view: voter.agreement.view })
    this.settle(voter)
  }

  private settle(voter: Voter): void {
    this.propose(voter)
    this.apply(voter, settleAgreement(voter.height, voter.agreement))
    this.propose(voter)
    const { decided } = voter.agreement
    if (decided === null) return
    this.decisions.add(decided.value)
    equal(this.decisions.size, 1, `seed ${this.seed}: decided ${[...this.decisions].join(' and ')}`)
  }

  private propose(voter: Voter): void {
    const { agreement, height, kept } = voter
    const { view, valid } = agreement
    if (agreement.step !== 'propose' || proposerOf(height, view) !== height.self || voter.liar) return
    if (kept.some(({ message }) => message.kind === 'proposal' && message.body.view === view)) return
    const value = valid?.value ?? `v${view}`
    voter.agreement = withVerdict(agreement, value, 'valid')
    this.say(voter, this.proposal(height.self, view, value, valid?.view ?? -1), null)
  }

  private proposal(peer: string, view: number, value: string, validView: number): SignedProposal {
    this.values.add(value)
    const body = { ...frame, view, validView, value }
    return { kind: 'proposal', peer, body, signature: new Uint8Array(1), record: NOTHING }
  }

  private vote(peer: string, view: number, step: VoteStep, value: string | null): SignedVote {
    return { kind: 'vote', peer, body: { ...frame, view, step, value }, signature: new Uint8Array(1) }
  }

  private apply(voter: Voter, { agreement, acts }: Outcome): void {
    voter.agreement = agreement
    for (const act of acts) this.perform(voter, act)
  }

  private perform(voter: Voter, act: Act): void {
    if (act.type === 'schedule') voter.timers.push({ step: act.step, view: act.view })
    if (act.type === 'check') {
      const verdict = act.value.startsWith('bad') ? 'invalid' : 'valid'
      voter.agreement = withVerdict(voter.agreement, act.value, verdict)
      this.settle(voter)
    }
    if (act.type === 'vote') {
      const ballot = this.vote(voter.height.self, act.view, act.step, act.value)
      this.say(voter, ballot, this.proofOf(voter, ballot))
    }
  }

  private proofOf({ height, agreement }: Voter, { body }: SignedVote): LockProof | null {
    if (body.step !== 'precommit' || body.value === null) return null
    const tally = tallyOf(height, agreement, body.view)
    const proposal = tally.proposals.find((known) => known.body.value === body.value)
    return proposal === undefined ? null : { proposal, prevotes: ballotsFor(tally, 'prevote', body.value) }
  }

  private say(voter: Voter, ballot: Ballot, proof: LockProof | null): void {
    voter.kept.push({ message: ballot, proof })
    this.hear(voter, ballot)
    this.spread(ballot)
    this.settle(voter)
  }

  private spread(ballot: Ballot): void {
    for (const voter of this.voters) if (!voter.liar) voter.inbox.push(ballot)
  }

  /** Says anything it could have signed to some of the others. */
  private lie(voter: Voter): void {
    const name = voter.height.self
    const views = this.voters.map(({ agreement }) => agreement.view)
    const view = Math.max(0, (this.pick(views) ?? 0) + this.chance.integer(3) - 1)
    const value = this.pick([...this.values, `bad${view}`, `v${view}`, `w${view}`]) ?? 'v0'
    const kind = this.chance.integer(5)
    const ballot =
      kind === 0 && proposerOf(voter.height, view) === name
        ? this.proposal(name, view, value, this.chance.integer(view + 1) - 1)
        : this.vote(
            name,
            view,
            kind < 3 ? 'prevote' : 'precommit',
            this.chance.uniform() < 0.2 ? null : value,
          )
    for (const other of this.voters) if (!other.liar && this.chance.uniform() < 0.5) other.inbox.push(ballot)
  }
}
