import { deepEqual, equal, rejects } from 'node:assert/strict'
import fc from 'fast-check'
import { type BadLine, BadLineError, EmptyDataError } from '../../../src/train/data/data-errors.ts'
import { parseJson } from '../../../src/train/data/parse-json.ts'
import { loadExamples } from '../../../src/train/data/read-examples.ts'
import { dataDirectory, jsonl } from './data-directory.ts'

describe('bad data', () => {
  const data = dataDirectory()
  after(() => data.remove())

  const GOOD = jsonl({ text: 'fine' })

  async function badLine(name: string, content: string | Buffer | object, options = {}): Promise<BadLine> {
    const file = data.write(name, content)
    let caught: unknown
    await loadExamples(file, options).catch((error) => {
      caught = error
    })
    if (!(caught instanceof BadLineError)) throw new Error(`not a bad line: ${caught}`)
    equal(caught.evidence.file, file)
    return caught.evidence
  }

  it('names line and column of broken JSON', async () => {
    const { line, column, problem } = await badLine('json.jsonl', `${GOOD}{"text": nope}\n`)
    deepEqual([line, column], [2, 11])
    equal(problem, "is not valid JSON: unexpected token 'o'")
  })

  it('names line and column of a broken JSON file, and never skips it', async () => {
    const broken = '[\n{"text": "a"},\n{"text" "b"}\n]'
    const { line, column } = await badLine('file.json', broken, { skipBadLines: true })
    deepEqual([line, column], [3, 9])
  })

  it('names the field that is missing, empty or of the wrong type', async () => {
    const found = async (name: string, record: object, first: object = record) => {
      const { line, field, problem } = await badLine(
        name,
        first === record ? jsonl(record) : jsonl(first, record),
      )
      return `${line} ${field} ${problem}`
    }
    const alpaca = { instruction: 'i', output: 'o' }
    equal(await found('a.jsonl', { instruction: 'i' }, alpaca), '2 output is missing')
    equal(await found('b.jsonl', { ...alpaca, output: '  ' }), '1 output is empty')
    equal(await found('c.jsonl', { ...alpaca, input: 3 }), '1 input must be a text, not a number')
    equal(await found('d.jsonl', { prompt: 'p', completion: null }), '1 completion must be a text, not null')
  })

  it('checks roles and order of a conversation', async () => {
    const user = { role: 'user', content: 'u' }
    const field = async (...messages: object[]) => (await badLine('m.jsonl', jsonl({ messages }))).field
    equal(await field(), 'messages')
    equal(await field(user), 'messages')
    equal(await field(user, { role: 'human', content: 'x' }), 'messages[1].role')
    equal(await field(user, { role: 'system', content: 'x' }), 'messages[1].role')
    equal(await field(user, { role: 'assistant', content: '' }), 'messages[1].content')
  })

  it('names the instance of a Natural Instructions task', async () => {
    const task = {
      Definition: ['d'],
      Instances: [
        { input: 'i', output: ['o'] },
        { input: 'i', output: [] },
      ],
    }
    const { field, problem } = await badLine('task.json', task)
    deepEqual([field, problem], ['Instances[1].output', 'is an empty list'])
  })

  it('refuses bytes that are not UTF-8', async () => {
    const { line, column, problem } = await badLine(
      'latin.jsonl',
      Buffer.from(`${GOOD}{"text": "caf\xe9"}\n`, 'latin1'),
    )
    deepEqual([line, column, problem], [2, 14, 'is not valid UTF-8'])
  })

  it('refuses a line beyond the bound without holding it, and reads on after it', async () => {
    const file = data.write('long.jsonl', `${GOOD}${jsonl({ text: 'x'.repeat(1e6) }, { text: 'last' })}`)
    const { examples, badLines } = await loadExamples(file, { maxLineBytes: 100, skipBadLines: true })
    deepEqual([examples.length, badLines[0]?.line], [2, 2])
  })

  it('says which fields a record of no known kind has', async () => {
    const { problem } = await badLine('unknown.jsonl', jsonl({ question: 'q', reply: 'r' }))
    equal(problem.startsWith('has none of the known sets of fields, but question, reply.'), true)
  })

  it('leaves bad lines out and lists them where asked to', async () => {
    const content = `${GOOD}nope\n${GOOD}{"text": 3}\n[]\n`
    const { examples, badLines } = await loadExamples(data.write('skip.jsonl', content), {
      skipBadLines: true,
    })
    equal(examples.length, 2)
    deepEqual(
      badLines.map(({ line }) => line),
      [2, 4, 5],
    )
  })

  it('refuses a file of two kinds, also where bad lines are skipped', async () => {
    const file = data.write(
      'mixed.jsonl',
      jsonl({ prompt: 'p', completion: 'c' }, { instruction: 'i', output: 'o' }),
    )
    await rejects(loadExamples(file, { skipBadLines: true }), {
      code: 'DATA_MIXED',
      message: `${file}:2: the file begins with prompt/completion records, but this one is Alpaca`,
    })
  })

  it('refuses an empty file, and one of which nothing is left', async () => {
    for (const [name, content] of [
      ['empty.jsonl', ''],
      ['blank.txt', '\n\n'],
      ['none.json', '[]'],
      ['nothing', ''],
    ] as const) {
      await rejects(loadExamples(data.write(name, content)), EmptyDataError)
    }
    await rejects(loadExamples(data.write('all-bad.jsonl', 'x\ny\n'), { skipBadLines: true }), {
      code: 'DATA_EMPTY',
      evidence: { paths: [`${data.path}/all-bad.jsonl`], bad: 2 },
    })
  })

  it('refuses a path that is not there, a directory without data, and a JSON file that is too large', async () => {
    await rejects(loadExamples(`${data.path}/missing`), { code: 'DATA_NOT_FOUND' })
    data.write('no-data/image.png', 'x')
    await rejects(loadExamples(`${data.path}/no-data`), { code: 'DATA_NOT_FOUND' })
    await rejects(loadExamples(data.write('big.json', [{ text: 'x' }]), { maxFileBytes: 4 }), {
      code: 'DATA_TOO_LARGE',
    })
  })

  it('finds the place where any JSON text was cut or spoilt', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, place) => {
        const at = place % (text.length + 1)
        const spoilt = parseJson(`${text.slice(0, at)}\u0001${text.slice(at)}`)
        return !spoilt.ok && spoilt.at <= at && spoilt.at >= 0
      }),
    )
  })
})
