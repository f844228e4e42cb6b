import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { CHAT_TEMPLATE, SPECIAL_TOKENS } from '../../../scripts/pretrain/chat-template.ts'
import { instructionTexts } from '../../../scripts/pretrain/instruction-texts.ts'
import { learnMerges } from '../../../scripts/pretrain/learn-merges.ts'
import { tokenizerConfig } from '../../../scripts/pretrain/tokenizer-config.ts'
import { tokenizerJson, trainTokenizer } from '../../../scripts/pretrain/train-tokenizer.ts'
import { createChatTemplate } from '../../../src/model/chat-template.ts'
import { createTokenizer } from '../../../src/model/tokenizer.ts'

const parts = trainTokenizer(instructionTexts(), 512)
const tokenizer = createTokenizer(tokenizerJson(parts), tokenizerConfig(512))
const pieces = (text: string) => tokenizer.encode(text).map((id) => parts.vocabulary[id])

describe('the tokenizer of the base model', () => {
  it('keeps within its size and has no token twice', () => {
    ok(parts.vocabulary.length <= 512)
    equal(new Set(parts.vocabulary).size, parts.vocabulary.length)
    equal(tokenizer.vocabSize, parts.vocabulary.length)
    deepEqual(parts.vocabulary.slice(0, SPECIAL_TOKENS.length), [...SPECIAL_TOKENS])
  })

  it('takes a word of an instruction as one token, and a word to work on letter by letter', () => {
    deepEqual(pieces('Reverse the word.'), ['Reverse', 'Ġthe', 'Ġword', '.'])
    deepEqual(pieces('wordy'), ['w', 'o', 'r', 'd', 'y'])
    deepEqual(pieces('\nthe'), ['Ċ', 't', 'h', 'e'])
  })

  it('gives every text back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        equal(tokenizer.decode(tokenizer.encode(text), { skipSpecialTokens: false }), text)
      }),
    )
  })

  it('writes a conversation with a mark before each turn and the end token behind the answer', () => {
    const template = createChatTemplate(CHAT_TEMPLATE)
    const { text, answers } = template.renderWithAnswers([
      { role: 'user', content: 'Reverse the word.\n\nabc' },
      { role: 'assistant', content: 'cba' },
    ])
    equal(text, '<|user|>Reverse the word.\n\nabc<|assistant|>cba<|end|>')
    equal(pieces(text).at(-1), '<|end|>')
    equal(answers.length, 1)
    ok(text.slice(answers[0]?.start, answers[0]?.end).startsWith('cba'))
  })

  it('learns the most frequent pair first', () => {
    deepEqual(
      learnMerges(
        new Map([
          ['###', 5],
          ['--', 4],
        ]),
      ),
      [
        ['#', '#'],
        ['##', '#'],
        ['-', '-'],
      ],
    )
  })
})
