import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { type Example, promptExample } from '../../../src/train/data/example.ts'
import { type Evaluate, evaluate } from '../../../src/train/evaluate/evaluate.ts'
import { BOS, letterCoder } from './letter-coder.ts'

const coder = letterCoder()
const ANSWERS: Record<string, string> = { '2+2=': ' 4', 'capital:': 'Paris, France', 'hi:': 'hello' }

/** Answers from a table; a token costs half a nat. */
const evaluator: Evaluate['evaluator'] = {
  loss: async (batch) => {
    const tokens = Int32Array.from({ length: batch.size }, (_, row) => {
      const labels = batch.labels.slice(row * batch.length + 1, (row + 1) * batch.length)
      return labels.filter((label) => label !== -100).length
    })
    return { tokens, lossSums: Float64Array.from(tokens, (count) => count / 2) }
  },
}
const generator: Evaluate['generator'] = {
  generate: async (prompts, { maxNewTokens }) =>
    prompts.map((prompt) => {
      const text = (ANSWERS[coder.tokenizer.decode(prompt)] ?? '').slice(0, maxNewTokens)
      return { ids: [...coder.tokenizer.encode(text, { specialTokens: false })], text, stoppedBy: 'token' }
    }),
}
const EXAMPLES = [
  promptExample('2+2=', ' 4', { task: 'sums' }),
  promptExample('capital:', 'Paris', { references: ['Paris', 'It is Paris'] }),
  promptExample('hi:', 'Hello!'),
]

describe('evaluation', () => {
  const run = (evaluation: Partial<Evaluate> = {}) =>
    evaluate({ evaluator, generator, coder, examples: EXAMPLES, ...evaluation })

  it('scores generated answers against all references, in the order of the examples', async () => {
    const result = await run({ options: { batchSize: 2 } })
    deepEqual(
      result.predictions.map(({ prompt, prediction, exactMatch }) => [prompt, prediction, exactMatch]),
      [
        ['2+2=', '4', true],
        ['capital:', 'Paris, France', false],
        ['hi:', 'hello', true],
      ],
    )
    equal(result.predictions[0]?.task, 'sums')
    ok(Math.abs((result.exactMatch ?? 0) - 2 / 3) < 1e-9)
    ok(Math.abs((result.rougeL ?? 0) - (1 + 2 / 3 + 1) / 3) < 1e-9)
  })

  it('measures the loss of the right answers, a mean over tokens', async () => {
    const { loss, perplexity, tokens } = await run()
    deepEqual([loss, perplexity, tokens], [0.5, Math.exp(0.5), 2 + 5 + 6 + 3])
  })

  it('measures only the loss without a generator, and of plain text', async () => {
    const { exactMatch, rougeL, predictions } = await evaluate({ evaluator, coder, examples: EXAMPLES })
    deepEqual([exactMatch, rougeL, predictions], [null, null, []])
    const text: Example = { kind: 'text', text: 'abc', source: { file: 'f', line: 1 } }
    const plain = await run({ examples: [text] })
    deepEqual([plain.tokens, plain.exactMatch], [4, null])
  })

  it('takes a sample, the same every time', async () => {
    const [one, two] = [await run({ options: { limit: 2 } }), await run({ options: { limit: 2 } })]
    equal(one.examples, 2)
    deepEqual(one.predictions, two.predictions)
  })

  it('cuts the beginning of a prompt that leaves no room for the answer', async () => {
    const prompts: string[] = []
    const spy: Evaluate['generator'] = {
      generate: async (given, options) => {
        for (const prompt of given) prompts.push([...prompt].join())
        return generator.generate(given, options)
      },
    }
    await run({
      generator: spy,
      examples: [promptExample('abcdef', 'x')],
      options: { contextLength: 9, maxNewTokens: 6 },
    })
    deepEqual(prompts, [`${BOS},101,102`])
  })

  it('reports progress and stops when told to', async () => {
    const stop = new AbortController()
    const seen: string[] = []
    const onProgress = ({ done, of }: { done: number; of: number }) => {
      seen.push(`${done}/${of}`)
      if (done === 3) stop.abort(new Error('enough'))
    }
    await rejects(run({ onProgress, signal: stop.signal }), /enough/)
    deepEqual(seen, ['0/6', '3/6'])
  })

  it('refuses to evaluate nothing', async () => {
    await rejects(run({ examples: [] }), { code: 'DATA_EMPTY' })
  })
})
