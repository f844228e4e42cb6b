/** Where an example was read: the file as it was given, and the 1-based line on which the record begins. */
export interface SourceLine {
  readonly file: string
  readonly line: number
}

/** A prompt and its answer. The model is trained on `prompt + answer`, with loss on the answer only. */
export interface PromptExample {
  readonly kind: 'prompt'
  readonly prompt: string
  /** What follows the prompt, with the space or line break that parts them where the prompt does not end in it. */
  readonly answer: string
  /** Every answer that counts as right in evaluation; at least one, the trained one first. */
  readonly references: readonly string[]
  /** What a person would type in a chat: the prompt without the headings of an instruction template. */
  readonly userTurn: string
  /** The task's name, where the data has several. */
  readonly task?: string
  readonly source: SourceLine
}

export type ChatRole = 'system' | 'user' | 'assistant' | 'tool'

export interface ChatTurn {
  readonly role: ChatRole
  readonly content: string
}

/** A conversation. Every assistant turn is trained; the last one is what evaluation asks for. */
export interface ChatExample {
  readonly kind: 'messages'
  readonly messages: readonly ChatTurn[]
  readonly source: SourceLine
}

/** Plain text: every token is trained. */
export interface TextExample {
  readonly kind: 'text'
  readonly text: string
  readonly source: SourceLine
}

export type Example = PromptExample | ChatExample | TextExample

/** What may be said about a prompt and its answer besides the two texts. */
export interface PromptExampleDetails {
  /** Default: the answer without surrounding white space. */
  readonly references?: readonly string[]
  /** Default: the prompt. */
  readonly userTurn?: string
  readonly task?: string
  /** Default: a made-up source, for examples that come from no file. */
  readonly source?: SourceLine
}

/** A prompt example, its optional parts filled in. */
export function promptExample(
  prompt: string,
  answer: string,
  details: PromptExampleDetails = {},
): PromptExample {
  return {
    kind: 'prompt',
    prompt,
    answer,
    references: details.references ?? [answer.trim()],
    userTurn: details.userTurn ?? prompt,
    ...(details.task === undefined ? {} : { task: details.task }),
    source: details.source ?? { file: '(generated)', line: 1 },
  }
}
