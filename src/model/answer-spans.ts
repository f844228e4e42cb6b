import type { ChatMessage } from './chat-template.ts'
import { ChatTemplateError } from './chat-template-error.ts'

/** A stretch of a text, in UTF-16 units: `start` up to, not including, `end`. */
export interface AnswerSpan {
  readonly start: number
  readonly end: number
}

type Render = (messages: readonly ChatMessage[], more: { addGenerationPrompt: boolean }) => string

/**
 * Where the assistant speaks in a rendered conversation: what a message adds to the text of those before it
 * and the opening of an answer. Where a template writes earlier turns differently once later ones follow, the
 * message's own words are looked up in the text instead.
 */
export function answerSpans(messages: readonly ChatMessage[], text: string, render: Render): AnswerSpan[] {
  const spans: AnswerSpan[] = []
  let from = 0
  for (const [turn, message] of messages.entries()) {
    const span = message.role === 'assistant' ? answerOf(messages, turn, text, from, render) : undefined
    if (span !== undefined) spans.push(span)
    from = span?.end ?? from
  }
  return spans
}

function answerOf(
  messages: readonly ChatMessage[],
  turn: number,
  text: string,
  from: number,
  render: Render,
): AnswerSpan {
  const before = attempt(() => render(messages.slice(0, turn), { addGenerationPrompt: true }))
  const after = attempt(() => render(messages.slice(0, turn + 1), { addGenerationPrompt: false }))
  if (before !== undefined && after?.startsWith(before) && text.startsWith(after)) {
    return { start: before.length, end: after.length }
  }
  const words = messages[turn]?.content.trim() ?? ''
  const start = text.indexOf(words, from)
  if (start < 0) throw new ChatTemplateError(`the answer in message ${turn + 1} is not in the rendered text`)
  return { start, end: start + words.length }
}

/** Some templates refuse conversations that end early; those are looked up by their words. */
function attempt(render: () => string): string | undefined {
  try {
    return render()
  } catch {
    return undefined
  }
}
