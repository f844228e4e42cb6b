import type { ChatExample, PromptExample } from '../data/example.ts'
import { encodeWithCuts } from './encode-with-cuts.ts'
import { renderExample } from './render-example.ts'
import type { TextCoder } from './text-coder.ts'
import { NO_LOSS, type TokenExample } from './token-example.ts'

/** A training sequence of any length, and where its last answer begins. */
export interface EncodedExample extends TokenExample {
  /** How many tokens come before the last answer: what generation starts from. At least 1. */
  readonly promptTokens: number
}

/**
 * The tokens of a prompt and answer, or of a conversation, with loss on the answers and on the token that ends
 * each. An end token is appended where the last answer has none. An empty prompt becomes one end token, as in
 * GPT-2's training, so that there is something to begin from.
 */
export function encodeExample(
  example: PromptExample | ChatExample,
  coder: TextCoder,
  useChatTemplate: boolean,
): EncodedExample {
  const rendered = renderExample(example, coder.chatTemplate, useChatTemplate)
  const cuts = rendered.answers.flatMap(({ start, end }) => [start, end])
  const encode = (text: string, specialTokens: boolean) => encodeOpen(text, specialTokens, coder)
  const cut = encodeWithCuts(rendered.text, cuts, !rendered.templated, encode)
  const eos = coder.eosTokenIds[0]
  const lead = cut.cuts[0] === 0 && eos !== undefined ? [eos] : []
  const ids = [...lead, ...cut.ids]
  const labels = new Array<number>(ids.length).fill(NO_LOSS)
  const isEos = (id: number | undefined) => id !== undefined && coder.eosTokenIds.includes(id)
  let ended = false
  let promptTokens = 0
  for (let answer = 0; answer < rendered.answers.length; answer++) {
    promptTokens = (cut.cuts[2 * answer] as number) + lead.length
    let end = (cut.cuts[2 * answer + 1] as number) + lead.length
    ended = ids.slice(promptTokens, end).some(isEos)
    if (!ended && isEos(ids[end])) {
      end++
      ended = true
    }
    for (let at = promptTokens; at < end; at++) labels[at] = ids[at] as number
  }
  if (!ended && eos !== undefined) {
    ids.push(eos)
    labels.push(eos)
  }
  return { ids: Int32Array.from(ids), labels: Int32Array.from(labels), promptTokens }
}

/** Tokens without the end token that some tokenizers append to every text. */
function encodeOpen(text: string, specialTokens: boolean, coder: TextCoder): readonly number[] {
  const ids = coder.tokenizer.encode(text, { specialTokens })
  if (!specialTokens || ids.length < 2) return ids
  return coder.eosTokenIds.includes(ids.at(-1) as number) ? ids.slice(0, -1) : ids
}
