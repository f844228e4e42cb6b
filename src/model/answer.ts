import { type Random, random } from '../base/random.ts'
import type { Generated, GenerateOptions, StopReason } from './generate-options.ts'
import { nextToken } from './next-token.ts'
import type { Tokenizer } from './tokenizer.ts'

/** What an answer needs to know besides the options. */
export interface AnswerContext {
  readonly options: GenerateOptions
  readonly stopTokenIds: ReadonlySet<number>
  readonly tokenizer: Tokenizer | null
  /** Positions the model has; Infinity where they do not end. */
  readonly maxPositions: number
}

/** One prompt's answer as it grows. */
export class Answer {
  readonly prompt: number
  readonly #context: AnswerContext
  readonly #promptLength: number
  readonly #random: Random
  readonly #ids: number[] = []
  #text = ''
  #stoppedBy: StopReason | null = null

  constructor(prompt: number, promptLength: number, context: AnswerContext) {
    this.prompt = prompt
    this.#promptLength = promptLength
    this.#context = context
    this.#random = random('generate', context.options.seed ?? 0, prompt)
    if (this.#isFull()) this.#stoppedBy = 'length'
  }

  get stopped(): boolean {
    return this.#stoppedBy !== null
  }

  get lastToken(): number {
    return this.#ids.at(-1) as number
  }

  /** Chooses the next token by its logits, and sees whether the answer ends with it. */
  advance(logits: Float32Array): void {
    const { options, stopTokenIds } = this.#context
    const { temperature = 0, topP = 1, topK = 0 } = options
    const id = nextToken(logits, { temperature, topP, topK }, this.#random)
    options.onToken?.(this.prompt, id)
    if (stopTokenIds.has(id)) {
      this.#stoppedBy = 'token'
      return
    }
    this.#ids.push(id)
    if (this.#endsWithStopString()) this.#stoppedBy = 'string'
    else if (this.#isFull()) this.#stoppedBy = 'length'
  }

  result(): Generated {
    const text = this.#stoppedBy === 'string' ? this.#text : this.#decoded()
    return { ids: this.#ids, text, stoppedBy: this.#stoppedBy ?? 'length' }
  }

  #isFull(): boolean {
    const { options, maxPositions } = this.#context
    return this.#ids.length >= options.maxNewTokens || this.#promptLength + this.#ids.length >= maxPositions
  }

  #endsWithStopString(): boolean {
    const { stopStrings = [] } = this.#context.options
    if (stopStrings.length === 0) return false
    const text = this.#decoded()
    const places = stopStrings.map((stop) => text.indexOf(stop)).filter((place) => place >= 0)
    this.#text = text.slice(0, Math.min(...places))
    return places.length > 0
  }

  #decoded(): string {
    return this.#context.tokenizer?.decode(this.#ids) ?? ''
  }
}
