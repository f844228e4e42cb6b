export interface GenerateOptions {
  /** Tokens to generate at most. */
  readonly maxNewTokens: number
  /** 0 takes the likeliest token every time; above, logits are divided by it before one is drawn. Default 0. */
  readonly temperature?: number
  /** Draw only among the likeliest tokens that together reach this probability (arXiv 1904.09751). Default 1. */
  readonly topP?: number
  /** Draw only among this many of the likeliest tokens; 0: among all. Default 0. */
  readonly topK?: number
  /** Tokens that end an answer. Default: the checkpoint's end-of-sequence tokens. */
  readonly stopTokenIds?: readonly number[]
  /** Strings that end an answer and are cut off from its text. They want a tokenizer. Default none. */
  readonly stopStrings?: readonly string[]
  /** Seed of the draws; every prompt has its own stream. Default 0. */
  readonly seed?: string | number
  /** Prompts that are worked on at the same time. Default 16. */
  readonly batchSize?: number
  /** Called with every new token, by the number of its prompt. */
  readonly onToken?: (prompt: number, id: number) => void
  /** Ends the generation by throwing its reason. */
  readonly signal?: AbortSignal
}

/** Why an answer ended. */
export type StopReason = 'token' | 'string' | 'length'

export interface Generated {
  /** The new tokens, without the stop token. */
  readonly ids: readonly number[]
  /** Their text, up to a stop string; '' where the checkpoint has no tokenizer. */
  readonly text: string
  readonly stoppedBy: StopReason
}
