import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Template } from '@huggingface/jinja'
import { type AnswerSpan, answerSpans } from './answer-spans.ts'
import { ChatTemplateError } from './chat-template-error.ts'
import { readJsonFile } from './read-json-file.ts'
import { strftime } from './strftime.ts'

export interface ChatMessage {
  readonly role: string
  readonly content: string
}

interface RenderOptions {
  /** End with what opens an answer of the assistant. Default false. */
  readonly addGenerationPrompt?: boolean
  /** What the template's `strftime_now` calls now. Default: the machine's clock. */
  readonly now?: Date
  /** Further variables of the template (`tools`, `enable_thinking`, …). Default none. */
  readonly variables?: Readonly<Record<string, unknown>>
}

/** How a checkpoint writes a conversation as text. */
export interface ChatTemplate {
  /** Throws `ChatTemplateError` where the template refuses the messages. */
  render(messages: readonly ChatMessage[], options?: RenderOptions): string
  /** The text, and where in it (in UTF-16 units) the assistant speaks, end of turn included. */
  renderWithAnswers(
    messages: readonly ChatMessage[],
    options?: RenderOptions,
  ): { readonly text: string; readonly answers: readonly AnswerSpan[] }
}

/** The chat template of a model directory, or null where it has none. */
export function loadChatTemplate(directory: string): ChatTemplate | null {
  const config = asObject(readJsonFile(join(directory, 'tokenizer_config.json')))
  const file = join(directory, 'chat_template.jinja')
  const source = existsSync(file) ? readFileSync(file, 'utf8') : defaultTemplate(config.chat_template)
  if (source === undefined) return null
  const named = { ...asObject(readJsonFile(join(directory, 'special_tokens_map.json'))), ...config }
  return createChatTemplate(source, specialTokens(named))
}

/** The same from a Jinja source; `tokens` are its variables `bos_token`, `eos_token`, …. */
export function createChatTemplate(
  source: string,
  tokens: Readonly<Record<string, string>> = {},
): ChatTemplate {
  const template = compile(source)
  const render: ChatTemplate['render'] = (messages, options = {}) => {
    const { addGenerationPrompt = false, now, variables = {} } = options
    try {
      return template.render({
        ...tokens,
        ...variables,
        messages,
        add_generation_prompt: addGenerationPrompt,
        [OUR_NOW]: (format: string) => strftime(now ?? new Date(), format),
      })
    } catch (error) {
      throw new ChatTemplateError((error as Error).message, { cause: error })
    }
  }
  return {
    render,
    renderWithAnswers(messages, options) {
      const text = render(messages, options)
      return {
        text,
        answers: answerSpans(messages, text, (part, more) => render(part, { ...options, ...more })),
      }
    },
  }
}

/** The library's own `strftime_now` reads the machine's clock and language and cannot be replaced, only avoided. */
const OUR_NOW = 'flexswarm_strftime_now'

function compile(source: string): Template {
  try {
    return new Template(source.replaceAll(/\bstrftime_now\b/g, OUR_NOW))
  } catch (error) {
    throw new ChatTemplateError(`it is not valid Jinja: ${(error as Error).message}`, { cause: error })
  }
}

/** One template, or the one named `default` of several. */
function defaultTemplate(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  const templates = value.map(asObject)
  const chosen = templates.find((template) => template.name === 'default') ?? templates[0]
  return typeof chosen?.template === 'string' ? chosen.template : undefined
}

/** `*_token` entries, which are strings or objects with a `content`. */
function specialTokens(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const tokens: Record<string, string> = {}
  for (const [key, value] of Object.entries(config)) {
    const content = typeof value === 'string' ? value : asObject(value).content
    if (key.endsWith('_token') && typeof content === 'string') tokens[key] = content
  }
  return tokens
}

interface Json {
  readonly [key: string]: unknown
  readonly name?: unknown
  readonly content?: unknown
  readonly template?: unknown
  readonly chat_template?: unknown
}

const asObject = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? (value as Json) : {}
