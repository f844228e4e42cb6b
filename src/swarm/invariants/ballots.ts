import type { Message } from '../../round/message/message.ts'

/** What every peer said in every step of the agreement, to notice who says two things. */
export class Ballots {
  readonly #said = new Map<string, string>()

  /** What is wrong with it, if the peer has said otherwise before. */
  note(message: Extract<Message, { kind: 'vote' | 'proposal' }>): string | null {
    const { round, view, previous = '' } = message.body
    const step = message.kind === 'vote' ? message.body.step : 'proposal'
    const value = message.body.value ?? 'nil'
    const key = `${message.peer}/${round}/${previous}/${view}/${step}`
    const before = this.#said.get(key)
    this.#said.set(key, value)
    return before === undefined || before === value
      ? null
      : `said two things in ${step} of view ${view}, round ${round}`
  }
}
