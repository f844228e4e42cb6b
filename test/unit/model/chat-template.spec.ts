import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChatMessage, createChatTemplate, loadChatTemplate } from '../../../src/model/chat-template.ts'
import { ChatTemplateError } from '../../../src/model/chat-template-error.ts'

const CHATML = `{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}`

const LLAMA2 = `{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant') }}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + message['content'].strip() + ' [/INST]' }}{% else %}{{ ' ' + message['content'].strip() + ' ' + eos_token }}{% endif %}{% endfor %}`

/** Writes only the last answer in full, as templates that hide earlier reasoning do. */
const FORGETFUL = `{% for message in messages %}[{{ message.role }}]{% if loop.last or message.role == 'user' %}{{ message.content }}{% else %}…{{ message.content[-2:] }}{% endif %}{% endfor %}`

const CHAT: readonly ChatMessage[] = [
  { role: 'user', content: 'Two plus two?' },
  { role: 'assistant', content: 'Four.' },
  { role: 'user', content: 'And one more?' },
  { role: 'assistant', content: 'Five.' },
]

describe('chat template', () => {
  it('writes messages as the template says', () => {
    equal(
      createChatTemplate(CHATML).render(CHAT.slice(0, 2)),
      '<|im_start|>user\nTwo plus two?<|im_end|>\n<|im_start|>assistant\nFour.<|im_end|>\n',
    )
  })

  it('opens an answer where that is asked for', () => {
    const text = createChatTemplate(CHATML).render(CHAT.slice(0, 1), { addGenerationPrompt: true })
    ok(text.endsWith('<|im_end|>\n<|im_start|>assistant\n'))
  })

  it('knows the special tokens', () => {
    const template = createChatTemplate(LLAMA2, { bos_token: '<s>', eos_token: '</s>' })
    equal(template.render(CHAT.slice(0, 2)), '<s>[INST] Two plus two? [/INST] Four. </s>')
  })

  it('marks what the assistant says, with the end of its turn', () => {
    const { text, answers } = createChatTemplate(CHATML).renderWithAnswers(CHAT)
    deepEqual(
      answers.map(({ start, end }) => text.slice(start, end)),
      ['Four.<|im_end|>\n', 'Five.<|im_end|>\n'],
    )
  })

  it('marks answers of templates without an opening', () => {
    const template = createChatTemplate(LLAMA2, { bos_token: '<s>', eos_token: '</s>' })
    const { text, answers } = template.renderWithAnswers(CHAT)
    deepEqual(
      answers.map(({ start, end }) => text.slice(start, end)),
      [' Four. </s>', ' Five. </s>'],
    )
  })

  it('finds an answer by its words where a template writes past turns differently', () => {
    const { text, answers } = createChatTemplate(
      '{% for m in messages %}({{ m.role[0] }}{{ messages|length }}:{{ m.content }}){% endfor %}',
    ).renderWithAnswers(CHAT)
    deepEqual(
      answers.map(({ start, end }) => text.slice(start, end)),
      ['Four.', 'Five.'],
    )
  })

  it('refuses to guess where an answer is not in the text', () => {
    throws(() => createChatTemplate(FORGETFUL).renderWithAnswers(CHAT), ChatTemplateError)
  })

  it('says what the template objects to', () => {
    throws(
      () => createChatTemplate(LLAMA2).render(CHAT.slice(1)),
      (error) => error instanceof ChatTemplateError && error.message.includes('roles must alternate'),
    )
  })

  it('refuses a template that is not Jinja', () =>
    throws(() => createChatTemplate('{% for %}'), ChatTemplateError))

  it('gives templates the date, in English', () => {
    const template = createChatTemplate("{{ strftime_now('%d %b %Y, %A %H:%M:%S %y %B %a %m %%') }}")
    const now = new Date(2026, 2, 5, 7, 8, 9)
    equal(template.render([], { now }), '05 Mar 2026, Thursday 07:08:09 26 March Thu 03 %')
  })

  it('passes further variables on', () => {
    const template = createChatTemplate('{{ tools[0].name if tools else "none" }}')
    equal(template.render([]), 'none')
    equal(template.render([], { variables: { tools: [{ name: 'search' }] } }), 'search')
  })

  describe('in a directory', () => {
    let directory: string
    const write = (file: string, value: unknown) =>
      writeFileSync(join(directory, file), typeof value === 'string' ? value : JSON.stringify(value))
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'flexswarm-chat-'))
    })
    afterEach(() => rmSync(directory, { recursive: true }))

    it('is null where there is none', () => equal(loadChatTemplate(directory), null))

    it('is read from tokenizer_config.json, with its tokens', () => {
      write('tokenizer_config.json', {
        chat_template: '{{ bos_token }}{{ messages[0].content }}{{ eos_token }}',
        bos_token: '<s>',
        eos_token: { content: '</s>', lstrip: false },
      })
      equal(loadChatTemplate(directory)?.render(CHAT), '<s>Two plus two?</s>')
    })

    it('is the default one of several', () => {
      const chat_template = [
        { name: 'tool_use', template: 'tools' },
        { name: 'default', template: 'plain' },
      ]
      write('tokenizer_config.json', { chat_template })
      equal(loadChatTemplate(directory)?.render([]), 'plain')
    })

    it('is rather read from chat_template.jinja', () => {
      write('tokenizer_config.json', { chat_template: 'old', bos_token: '<s>' })
      write('chat_template.jinja', 'new {{ bos_token }}')
      equal(loadChatTemplate(directory)?.render([]), 'new <s>')
    })
  })
})
