import type { AnswerCoder } from '../../../src/train/evaluate/answer-coder.ts'

export const BOS = 1
export const EOS = 2

/** A token a character, `joined` characters excepted, which become one token; BOS before every text. */
export function letterCoder(options: { bos?: boolean; joined?: string[]; chat?: boolean } = {}): AnswerCoder {
  const { bos = true, joined = [], chat = false } = options
  const ids = (text: string) => {
    const out: number[] = []
    for (let at = 0; at < text.length; at++) {
      const pair = joined.indexOf(text.slice(at, at + 2))
      out.push(pair >= 0 ? 1000 + pair : text[at] === '\u2402' ? EOS : (text.codePointAt(at) as number))
      if (pair >= 0) at++
    }
    return out
  }
  return {
    tokenizer: {
      encode: (text, { specialTokens = true } = {}) => [...(bos && specialTokens ? [BOS] : []), ...ids(text)],
      decode: (tokens) =>
        tokens
          .map((id) => (id >= 1000 ? joined[id - 1000] : id > 2 ? String.fromCodePoint(id) : ''))
          .join(''),
    },
    eosTokenIds: [EOS],
    chatTemplate: chat
      ? {
          render: (messages, { addGenerationPrompt }) =>
            messages.map(({ role, content }) => `<${role[0]}>${content}\u2402`).join('') +
            (addGenerationPrompt ? '<a>' : ''),
          renderWithAnswers(messages) {
            const answers: { start: number; end: number }[] = []
            let text = ''
            for (const { role, content } of messages) {
              const start = text.length + 3
              text += `<${role[0]}>${content}\u2402`
              if (role === 'assistant') answers.push({ start, end: text.length })
            }
            return { text, answers }
          },
        }
      : null,
  }
}
