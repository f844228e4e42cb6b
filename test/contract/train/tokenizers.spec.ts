import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { createChatTemplate } from '../../../src/model/chat-template.ts'
import { loadTokenizer, type Tokenizer } from '../../../src/model/tokenizer.ts'
import { encodeExample } from '../../../src/train/batch/encode-example.ts'
import { encodePrompt } from '../../../src/train/batch/encode-prompt.ts'
import { openingToken } from '../../../src/train/batch/tokenize-examples.ts'
import { type Example, promptExample } from '../../../src/train/data/example.ts'
import { alpacaPrompt } from '../../../src/train/data/formats/alpaca.ts'
import { naturalInstructionsPrompt } from '../../../src/train/data/natural-instructions-prompt.ts'

const root = fileURLToPath(new URL('../../fixtures/reference/tokenizers/', import.meta.url))
const END = { 'gpt2-style': '<|endoftext|>', 'llama2-style': '</s>', 'llama3-style': '<|endoftext|>' }

const PROMPTS = [
  promptExample(alpacaPrompt('Say hello.', ''), 'Hello, world!'),
  promptExample(naturalInstructionsPrompt('Reverse.', [], 'crab'), ' barc'),
  promptExample('2+2=', '4'),
  promptExample('no bord', 'er between the two'),
  promptExample('Ça coûte ', 'trois euros'),
]

for (const [name, end] of Object.entries(END)) {
  describe(`training text by a ${name} tokenizer`, () => {
    const tokenizer = loadTokenizer(`${root}${name}`) as Tokenizer
    const eos = tokenizer.tokenId(end) ?? 0
    const coder = { tokenizer, eosTokenIds: [eos], chatTemplate: null }
    const learnt = (example: Exclude<Example, { kind: 'text' }>, using = coder) => {
      const { ids, labels } = encodeExample(example, using, false)
      ok(labels.every((label, at) => label === -100 || label === ids[at]))
      return [...labels.filter((label) => label !== -100)]
    }

    for (const example of PROMPTS) {
      it(`learns the answer and the end after ${JSON.stringify(example.prompt.slice(-12))}`, () => {
        const ids = learnt(example)
        equal(ids.at(-1), eos)
        equal(tokenizer.decode(ids).trim(), example.answer.trim())
      })

      it(`generates from the prompt that was trained: ${JSON.stringify(example.prompt.slice(-12))}`, () => {
        const bosTokenId = openingToken(coder)
        const prompt = encodePrompt(example, coder, { useChatTemplate: false, maxTokens: 1000, bosTokenId })
        deepEqual(prompt, tokenizer.encode(example.prompt))
        deepEqual(prompt, [...encodeExample(example, coder, false).ids.slice(0, prompt.length)])
      })
    }

    it('learns every answer of a templated conversation and the ends of its turns', () => {
      const template = createChatTemplate(
        `{% for m in messages %}[{{ m.role }}] {{ m.content }}${end}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}`,
      )
      const turns = [
        { role: 'user', content: 'one?' },
        { role: 'assistant', content: 'first answer' },
        { role: 'user', content: 'two?' },
        { role: 'assistant', content: 'second answer' },
      ] as const
      const chat = { kind: 'messages', messages: turns, source: { file: 'f', line: 1 } } as const
      const ids = learnt(chat, { ...coder, chatTemplate: template } as never)
      equal(ids.filter((id) => id === eos).length, 2)
      equal(tokenizer.decode(ids).replace(/\s+/g, ' ').trim(), 'first answer second answer')
    })
  })
}

describe('a conversation that the chat template refuses', () => {
  it('is named by file and line', () => {
    const tokenizer = loadTokenizer(`${root}gpt2-style`) as Tokenizer
    const chatTemplate = createChatTemplate("{{ raise_exception('roles must alternate') }}")
    const messages = [{ role: 'assistant', content: 'hi' }] as const
    const chat = { kind: 'messages', messages, source: { file: 'chat.jsonl', line: 7 } } as const
    throws(() => encodeExample(chat, { tokenizer, eosTokenIds: [0], chatTemplate }, false), {
      code: 'DATA_UNFIT_CONVERSATION',
      message: /^chat\.jsonl:7: .*roles must alternate/,
    })
  })
})
