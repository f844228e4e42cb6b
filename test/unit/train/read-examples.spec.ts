import { deepEqual, equal, match, ok } from 'node:assert/strict'
import type { Example, PromptExample } from '../../../src/train/data/example.ts'
import { loadExamples, readExamples } from '../../../src/train/data/read-examples.ts'
import { dataDirectory, jsonl } from './data-directory.ts'

describe('reading examples', () => {
  const data = dataDirectory()
  after(() => data.remove())

  async function load(name: string, content: string | object): Promise<readonly Example[]> {
    return (await loadExamples(data.write(name, content))).examples
  }
  async function loadPrompt(name: string, content: string | object): Promise<PromptExample> {
    const [example] = await load(name, content)
    ok(example?.kind === 'prompt')
    return example
  }

  it('joins prompt and completion as they are', async () => {
    const example = await loadPrompt('pc.jsonl', jsonl({ prompt: '2+2=', completion: ' 4' }))
    deepEqual([example.prompt, example.answer, example.references], ['2+2=', ' 4', ['4']])
  })

  it("writes Alpaca records as Stanford's template, with and without input", async () => {
    const rows = await load('alpaca.json', [
      { instruction: 'Sort.', input: 'b a', output: 'a b' },
      { instruction: 'Greet.', input: '', output: 'Hello', text: 'rendered' },
    ])
    const [withInput, without] = rows as PromptExample[]
    match(
      withInput?.prompt ?? '',
      /paired with an input.*### Instruction:\nSort\.\n\n### Input:\nb a\n\n### Response:\n$/s,
    )
    match(
      without?.prompt ?? '',
      /describes a task\. Write a response.*### Instruction:\nGreet\.\n\n### Response:\n$/s,
    )
    equal(withInput?.userTurn, 'Sort.\n\nb a')
    equal(without?.answer, 'Hello')
  })

  it("writes Dolly records as Databricks' template and keeps the category as the task", async () => {
    const row = { instruction: 'Who?', context: 'Ada wrote it.', response: 'Ada', category: 'closed_qa' }
    const example = await loadPrompt('dolly.jsonl', jsonl(row))
    match(example.prompt, /### Instruction:\nWho\?\n\nInput:\nAda wrote it\.\n\n### Response:\n$/)
    deepEqual([example.answer, example.task], ['Ada', 'closed_qa'])
  })

  it('keeps conversations as they are', async () => {
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
    ]
    const [example] = await load('chat.jsonl', jsonl({ prompt: 'Hi', messages }))
    deepEqual(example?.kind === 'messages' && example.messages, messages)
  })

  it('reads text records and text files, a paragraph each', async () => {
    deepEqual(
      (await load('text.jsonl', jsonl({ text: 'one' }, { text: 'two' }))).map(
        (e) => e.kind === 'text' && e.text,
      ),
      ['one', 'two'],
    )
    const paragraphs = await load('book.txt', '\n\nFirst line\r\nsecond line\n\n\nNext\n')
    deepEqual(
      paragraphs.map((e) => [e.kind === 'text' && e.text, e.source.line]),
      [
        ['First line\nsecond line', 3],
        ['Next', 7],
      ],
    )
  })

  const task = {
    Definition: ['Reverse the word.', 'Answer in lower case.'],
    'Positive Examples': [{ input: 'ab', output: 'ba', explanation: 'why' }],
    Instances: [
      { id: 'a', input: 'cat', output: ['tac', 'TAC'] },
      { id: 'b', input: 'dog', output: 'god' },
    ],
  }

  it('trains the first output of a Natural Instructions instance and accepts all of them', async () => {
    const [first, second] = (await load('task001_reverse.json', task)) as PromptExample[]
    equal(first?.prompt, 'Definition: Reverse the word. Answer in lower case.\n\nInput: cat\nOutput:')
    deepEqual([first?.answer, first?.references, first?.task], [' tac', ['tac', 'TAC'], 'task001_reverse'])
    deepEqual([second?.answer, second?.references], [' god', ['god']])
  })

  it('shows as many worked examples of a Natural Instructions task as asked for', async () => {
    const file = data.write('shown.json', task)
    const { examples } = await loadExamples(file, { positiveExamples: 1 })
    const [first] = examples as PromptExample[]
    match(
      first?.prompt ?? '',
      /Positive Example 1 -\nInput: ab\nOutput: ba\n\nNow complete.*\nInput: cat\nOutput:$/s,
    )
  })

  it('knows the line on which every record of a JSON file begins', async () => {
    const text = '[\n {"text": "a [ \\" , {"},\n\n {"text":\n  "b"}, {"text": "c"}\n]'
    deepEqual(
      (await load('lines.json', text)).map(({ source }) => source.line),
      [2, 4, 5],
    )
    const instances =
      '{"Definition": "D",\n"Other": [1,\n2],\n"Instances": [{"input": "i",\n"output": "o"},\n{"input": "j", "output": "p"}]}'
    deepEqual(
      (await load('task.json', instances)).map(({ source }) => source.line),
      [4, 6],
    )
  })

  it('reads a .json file that is JSONL in truth, and a file without a known name by its first character', async () => {
    const rows = jsonl({ text: 'a' }, { text: 'b' })
    equal((await load('rows.json', rows)).length, 2)
    equal((await load('rows.data', rows)).length, 2)
    equal((await load('list.data', '[{"text": "a"}]')).length, 1)
    equal((await load('notes', 'hello')).length, 1)
  })

  it('reads the data files of a directory in order of their names, and several paths one after the other', async () => {
    data.write('tree/b.jsonl', jsonl({ text: 'b' }))
    data.write('tree/a/c.jsonl', jsonl({ text: 'a' }))
    data.write('tree/README.md', 'not data')
    data.write('tree/.hidden.jsonl', 'not data')
    const extra = data.write('z.jsonl', jsonl({ prompt: 'p', completion: 'c' }))
    const read: string[] = []
    for await (const example of readExamples([`${data.path}/tree`, extra])) {
      read.push(example.kind === 'text' ? example.text : example.kind)
    }
    deepEqual(read, ['a', 'b', 'prompt'])
  })

  it('stops at the limit without reading on to a broken line', async () => {
    const file = data.write('limit.jsonl', `${jsonl({ text: 'a' }, { text: 'b' })}{broken\n`)
    equal((await loadExamples(file, { limit: 2 })).examples.length, 2)
  })

  it('drops a byte order mark and reads lines that reach over chunks of the file', async () => {
    const long = 'x'.repeat(200_000)
    const rows = await load('bom.jsonl', `\ufeff${jsonl({ text: long }, { text: 'b' })}`)
    deepEqual(
      rows.map((e) => e.kind === 'text' && e.text.length),
      [200_000, 1],
    )
  })
})
