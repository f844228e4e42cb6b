import { deepEqual, equal, throws } from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidModelFileError } from '../../../src/model/model-errors.ts'
import { createTokenizer, loadTokenizer } from '../../../src/model/tokenizer.ts'

interface Row {
  readonly text: string
  readonly ids: number[]
  readonly ids_without_special: number[]
  readonly decoded: string
}

const root = fileURLToPath(new URL('../../fixtures/reference/tokenizers/', import.meta.url))
const read = (style: string, file: string) => JSON.parse(readFileSync(join(root, style, file), 'utf8'))

describe('tokenizer', () => {
  for (const style of ['gpt2-style', 'llama2-style', 'llama3-style']) {
    describe(style, () => {
      const tokenizer = createTokenizer(read(style, 'tokenizer.json'))
      const rows: Row[] = read(style, 'expected.json').rows

      it('has the reference rows', () => equal(rows.length > 40, true))
      for (const row of rows) {
        const name = JSON.stringify(row.text.slice(0, 40))
        it(`gives the reference's ids for ${name}`, () => deepEqual(tokenizer.encode(row.text), row.ids))
        it(`gives the reference's ids without special tokens for ${name}`, () =>
          deepEqual(tokenizer.encode(row.text, { specialTokens: false }), row.ids_without_special))
        it(`gives the reference's text back for ${name}`, () =>
          equal(tokenizer.decode(row.ids_without_special, { skipSpecialTokens: false }), row.decoded))
      }

      it('decodes nothing to nothing', () => equal(tokenizer.decode([]), ''))
      it('finds a token by its spelling', () => {
        const { content, id } = read(style, 'tokenizer.json').added_tokens[0]
        equal(tokenizer.tokenId(content), id)
      })
      it('counts its vocabulary up to the largest id', () =>
        equal(tokenizer.vocabSize > Math.max(...rows.flatMap((row) => row.ids)), true))
    })
  }

  it('keeps spaces before punctuation unless tokenizer_config.json says otherwise', () => {
    const json = read('gpt2-style', 'tokenizer.json')
    const ids = createTokenizer(json).encode('so , well .')
    equal(createTokenizer(json).decode(ids), 'so , well .')
    equal(createTokenizer(json, { clean_up_tokenization_spaces: true }).decode(ids), 'so, well.')
  })

  it('leaves special tokens in the text where that is asked for', () => {
    const tokenizer = createTokenizer(read('llama3-style', 'tokenizer.json'))
    const ids = tokenizer.encode('a')
    equal(tokenizer.decode(ids), 'a')
    equal(tokenizer.decode(ids, { skipSpecialTokens: false }), '<|begin_of_text|>a')
  })

  describe('in a directory', () => {
    let directory: string
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), 'flexswarm-tokenizer-'))
    })
    afterEach(() => rmSync(directory, { recursive: true }))

    it('is null where there is no tokenizer.json', () => equal(loadTokenizer(directory), null))

    it('is read from tokenizer.json', () => {
      cpSync(join(root, 'gpt2-style', 'tokenizer.json'), join(directory, 'tokenizer.json'))
      equal(
        loadTokenizer(directory)?.decode(loadTokenizer(directory)?.encode('hello there') ?? []),
        'hello there',
      )
    })

    it('names a file that is no tokenizer', () => {
      writeFileSync(join(directory, 'tokenizer.json'), '{"model": 3}')
      throws(
        () => loadTokenizer(directory),
        (error) => error instanceof InvalidModelFileError && error.message.includes('tokenizer.json'),
      )
    })
  })
})
