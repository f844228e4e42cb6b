import { deepEqual, equal } from 'node:assert/strict'
import { encodePrompt } from '../../../src/train/batch/encode-prompt.ts'
import { NO_LOSS, type TokenExample } from '../../../src/train/batch/token-example.ts'
import { type TokenizeOptions, tokenizeExamples } from '../../../src/train/batch/tokenize-examples.ts'
import { type ChatTurn, type Example, promptExample } from '../../../src/train/data/example.ts'
import { BOS, EOS, letterCoder } from './letter-coder.ts'

const source = { file: 'f', line: 1 }
const conversation = (...turns: [ChatTurn['role'], string][]): Example => ({
  kind: 'messages',
  messages: turns.map(([role, content]) => ({ role, content })),
  source,
})
const text = (content: string): Example => ({ kind: 'text', text: content, source })

/** A sequence as text: BOS as ^, EOS as $. */
const shown = (ids: Iterable<number>) =>
  [...ids]
    .map((id) => (id === BOS ? '^' : id === EOS ? '$' : id === NO_LOSS ? '.' : String.fromCodePoint(id)))
    .join('')
const both = (sequence: TokenExample | undefined) => [
  shown(sequence?.ids ?? []),
  shown(sequence?.labels ?? []),
]

describe('tokenising examples', () => {
  const tokenize = (examples: Example[], options?: TokenizeOptions, coder = letterCoder()) =>
    tokenizeExamples(examples, coder, options)

  it('puts loss on the answer and on the end token behind it', () => {
    const { sequences, report } = tokenize([promptExample('ab:', 'cd')])
    deepEqual(both(sequences[0]), ['^ab:cd$', '....cd$'])
    deepEqual(report, { examples: 1, sequences: 1, tokens: 7, lossTokens: 3, cutPrompts: 0, cutAnswers: 0 })
  })

  it('tokenises a prompt before an answer as it does alone, where a token would reach over the border', () => {
    const coder = letterCoder({ joined: [':c'] })
    const example = promptExample('ab:', 'cd')
    const [sequence] = tokenize([example], {}, coder).sequences
    const options = { useChatTemplate: false, maxTokens: 99, bosTokenId: BOS }
    deepEqual(both(sequence), ['^ab:cd$', '....cd$'])
    equal(shown(encodePrompt(example, coder, options)), '^ab:')
  })

  it('keeps the answer and the beginning of text when it is too long, and counts it', () => {
    const { sequences, report } = tokenize([promptExample('abcdef:', 'xyz')], { maxLength: 7 })
    deepEqual(both(sequences[0]), ['^f:xyz$', '...xyz$'])
    deepEqual([report.cutPrompts, report.cutAnswers], [1, 0])
  })

  it('cuts the end of an answer only where it does not fit behind one token', () => {
    const { sequences, report } = tokenize([promptExample('ab:', 'uvwxyz')], { maxLength: 4 })
    deepEqual(both(sequences[0]), ['^uvw', '.uvw'])
    deepEqual([report.cutPrompts, report.cutAnswers], [1, 1])
  })

  it('begins an empty prompt with an end token where the tokenizer opens texts with nothing', () => {
    const { sequences } = tokenize([promptExample('', 'ab')], {}, letterCoder({ bos: false }))
    deepEqual(both(sequences[0]), ['$ab$', '.ab$'])
  })

  it("writes conversations by the model's template, with loss on every answer and its end of turn", () => {
    const chat = conversation(['user', 'hi'], ['assistant', 'yo'], ['user', 'ok'], ['assistant', 'by'])
    const { sequences } = tokenize([chat], {}, letterCoder({ chat: true }))
    deepEqual(both(sequences[0]), ['<u>hi$<a>yo$<u>ok$<a>by$', '.........yo$.........by$'])
  })

  it('writes conversations with plain headings where the model has no template', () => {
    const { sequences } = tokenize([conversation(['user', 'hi'], ['assistant', 'yo'])])
    deepEqual(both(sequences[0]), ['^User: hi\n\nAssistant: yo$', `${'.'.repeat(21)} yo$`])
  })

  it('puts prompts through the template only where asked to', () => {
    const example = promptExample('### Do: ab', ' cd', { userTurn: 'ab' })
    const coder = letterCoder({ chat: true })
    equal(
      shown(tokenize([example], { useChatTemplate: true }, coder).sequences[0]?.ids ?? []),
      '<u>ab$<a>cd$',
    )
    equal(shown(tokenize([example], {}, coder).sequences[0]?.ids ?? []), '^### Do: ab cd$')
  })

  it('packs texts into windows, an end token between them, all of it trained', () => {
    const { sequences, report } = tokenize([text('abc'), text('defg')], { maxLength: 4 })
    deepEqual(sequences.map(both), [
      ['^abc', '^abc'],
      ['$^de', '$^de'],
      ['fg$', 'fg$'],
    ])
    equal(report.lossTokens, 8)
  })

  it('leaves out a last window of one token, which nothing predicts', () => {
    equal(tokenize([text('ab')], { maxLength: 3 }).sequences.length, 1)
  })
})
