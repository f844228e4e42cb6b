import { ChatTemplateError } from '../../model/chat-template-error.ts'
import { UnfitConversationError } from '../data/data-errors.ts'
import type { ChatExample, ChatTurn, PromptExample } from '../data/example.ts'
import type { TextCoder } from './text-coder.ts'

type Template = NonNullable<TextCoder['chatTemplate']>

/** A span of characters: from `start` up to, not with, `end`. */
interface Span {
  readonly start: number
  readonly end: number
}

/** The text of an example, and which parts of it are answers. */
export interface RenderedExample {
  readonly text: string
  /** At least one, in order, not overlapping. */
  readonly answers: readonly Span[]
  /** True where the text came from a chat template, which writes its own special tokens. */
  readonly templated: boolean
}

/**
 * The text that an example is trained on; throws UnfitConversationError where the template refuses it.
 * - Messages go through the model's chat template; where it has none, turns are written `User: …`,
 *   `Assistant: …`, parted by blank lines.
 * - A prompt and its answer are joined as they are; with `useChatTemplate`, and a template, they become a
 *   user's and an assistant's turn.
 */
export function renderExample(
  example: PromptExample | ChatExample,
  template: Template | null,
  useChatTemplate: boolean,
): RenderedExample {
  if (template !== null && (example.kind === 'messages' || useChatTemplate)) {
    return { ...renderByTemplate(example, template), templated: true }
  }
  if (example.kind === 'messages') return renderPlainChat(example.messages)
  const text = example.prompt + example.answer
  return { text, answers: [{ start: example.prompt.length, end: text.length }], templated: false }
}

function renderByTemplate(
  example: PromptExample | ChatExample,
  template: Template,
): Omit<RenderedExample, 'templated'> {
  try {
    return template.renderWithAnswers(chatTurns(example))
  } catch (error) {
    if (!(error instanceof ChatTemplateError)) throw error
    throw new UnfitConversationError(example.source.file, example.source.line, error)
  }
}

/** An example as a conversation. */
function chatTurns(example: PromptExample | ChatExample): ChatTurn[] {
  if (example.kind === 'messages') return [...example.messages]
  return [
    { role: 'user', content: example.userTurn },
    { role: 'assistant', content: example.answer.trim() },
  ]
}

const HEADINGS = { system: 'System:', user: 'User:', assistant: 'Assistant:', tool: 'Tool:' } as const

function renderPlainChat(turns: readonly ChatTurn[]): RenderedExample {
  const answers: Span[] = []
  let text = ''
  for (const { role, content } of turns) {
    text += `${text === '' ? '' : '\n\n'}${HEADINGS[role]}`
    const start = text.length
    text += ` ${content}`
    if (role === 'assistant') answers.push({ start, end: text.length })
  }
  return { text, answers, templated: false }
}
