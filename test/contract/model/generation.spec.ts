import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import type { Executor } from '../../../src/engine/executor.ts'
import type { Checkpoint } from '../../../src/model/checkpoint.ts'
import { initialCheckpoint } from '../../../src/model/initial-checkpoint.ts'
import type { LoraSpec } from '../../../src/model/lora-spec.ts'
import { EmptyPromptError, SequenceTooLongError } from '../../../src/model/model-errors.ts'
import { likeliest } from '../../../src/model/next-token.ts'
import { openEvaluator } from '../../../src/model/open-evaluator.ts'
import { type Generator, openGenerator } from '../../../src/model/open-generator.ts'
import type { Tokenizer } from '../../../src/model/tokenizer.ts'
import { EXECUTORS } from './executors.ts'
import { loadReferenceCase } from './reference-case.ts'

const mistral = {
  model_type: 'mistral',
  vocab_size: 50,
  hidden_size: 16,
  intermediate_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  initializer_range: 0.4,
  sliding_window: 5,
}

/** Prompts of lengths 3 to 40, so that the cache grows, and rows of one batch differ. */
function prompts(count: number, vocabulary: number): number[][] {
  const source = random('prompts')
  return Array.from({ length: count }, (_, at) =>
    Array.from({ length: 3 + ((at * 11) % 38) }, () => source.integer(vocabulary)),
  )
}

/** Letters stand for tokens: 0 is `a`, 26 is `a` again. */
const letters: Tokenizer = {
  vocabSize: 50,
  encode: (text) => [...text].map((letter) => letter.charCodeAt(0) - 97),
  decode: (ids) => ids.map((id) => String.fromCharCode(97 + (id % 26))).join(''),
  tokenId: () => undefined,
}

/** The likeliest tokens, by running the whole sequence through the model for every one. */
async function withoutCache(
  executor: Executor,
  checkpoint: Checkpoint,
  prompt: readonly number[],
  count: number,
  lora: LoraSpec = new Map(),
  parameters = new Map<string, Float32Array>(),
): Promise<number[]> {
  const evaluator = openEvaluator(executor, checkpoint, { lora })
  const ids = [...prompt]
  for (let step = 0; step < count; step++) {
    const sequences = {
      size: 1,
      length: ids.length,
      inputIds: Int32Array.from(ids),
      attentionMask: new Int32Array(ids.length).fill(1),
    }
    const logits = await evaluator.logits(sequences, parameters)
    ids.push(likeliest(logits.subarray(-checkpoint.config.vocabSize)))
  }
  await evaluator.close()
  return ids.slice(prompt.length)
}

for (const [engine, open] of Object.entries(EXECUTORS)) {
  describe(`generation on ${engine}`, function () {
    this.timeout(240_000)
    let executor: Executor
    before(async () => {
      executor = await open()
    })
    after(() => executor.close())

    const checkpoints: Record<string, Checkpoint> = {
      gpt2: loadReferenceCase('gpt2').checkpoint,
      llama: loadReferenceCase('llama').checkpoint,
      'mistral with a sliding window': initialCheckpoint(mistral, 'generation'),
    }
    for (const [name, checkpoint] of Object.entries(checkpoints)) {
      it(`writes with its cache what ${name} writes without one, for prompts of any lengths at once`, async () => {
        const given = prompts(5, checkpoint.config.vocabSize)
        const generator = await openGenerator(executor, checkpoint)
        const answers = await generator.generate(given, { maxNewTokens: 12, stopTokenIds: [], batchSize: 3 })
        await generator.close()
        for (const [at, prompt] of given.entries()) {
          deepEqual(answers[at]?.ids, await withoutCache(executor, checkpoint, prompt, 12))
        }
      })
    }

    for (const [name, how, maxMergedElements] of [
      ['llama', 'merged into its weights', 1 << 24],
      ['gpt2', 'merged into its weights', 1 << 24],
      ['llama', 'beside its weights', 0],
    ] as const) {
      it(`writes with an adapter ${how} what ${name} with that adapter writes`, async () => {
        const { checkpoint, lora, trained } = loadReferenceCase(name)
        const [prompt = []] = prompts(1, checkpoint.config.vocabSize)
        const options = { maxNewTokens: 8, stopTokenIds: [] }
        const adapted = await openGenerator(executor, checkpoint, {
          lora,
          parameters: trained,
          maxMergedElements,
        })
        const [answer] = await adapted.generate([prompt], options)
        await adapted.close()
        const plain = await openGenerator(executor, checkpoint)
        const [other] = await plain.generate([prompt], options)
        await plain.close()
        deepEqual(answer?.ids, await withoutCache(executor, checkpoint, prompt, 8, lora, trained))
        ok(String(answer?.ids) !== String(other?.ids))
      })
    }

    describe('of a small model', () => {
      const checkpoint = { ...initialCheckpoint(mistral, 'generation'), tokenizer: letters }
      const given = prompts(6, 50)
      let generator: Generator
      let greedy: readonly (readonly number[])[]
      before(async () => {
        generator = await openGenerator(executor, checkpoint)
        greedy = (await generator.generate(given, { maxNewTokens: 10 })).map(({ ids }) => ids)
      })
      after(() => generator.close())

      it('answers in the order of the prompts, whatever the batch', async () => {
        for (const batchSize of [1, 2, 6]) {
          const answers = await generator.generate(given, { maxNewTokens: 10, batchSize })
          deepEqual(
            answers.map(({ ids }) => ids),
            greedy,
          )
        }
      })

      it('stops at a stop token and leaves it out', async () => {
        const stop = greedy[0]?.[3] as number
        const first = greedy[0]?.indexOf(stop)
        const [answer] = await generator.generate(given.slice(0, 1), {
          maxNewTokens: 10,
          stopTokenIds: [stop],
        })
        deepEqual(answer, {
          ids: greedy[0]?.slice(0, first),
          text: letters.decode(greedy[0]?.slice(0, first) ?? []),
          stoppedBy: 'token',
        })
      })

      it('stops at a stop string and cuts it off the text', async () => {
        const text = letters.decode(greedy[1] ?? [])
        const [answer] = await generator.generate(given.slice(1, 2), {
          maxNewTokens: 10,
          stopStrings: ['not there', text.slice(4, 6)],
        })
        equal(answer?.stoppedBy, 'string')
        equal(answer?.text, text.slice(0, text.indexOf(text.slice(4, 6))))
      })

      it('says that the length stopped it', async () => {
        const answers = await generator.generate(given, { maxNewTokens: 2 })
        ok(answers.every(({ ids, stoppedBy }) => ids.length === 2 && stoppedBy === 'length'))
      })

      it('draws the same with the same seed in any batch, and something else with another', async () => {
        const draw = async (seed: number, batchSize: number) => {
          const options = { maxNewTokens: 10, temperature: 1.5, topP: 0.95, topK: 40, seed, batchSize }
          return (await generator.generate(given, options)).map(({ ids }) => ids)
        }
        deepEqual(await draw(1, 6), await draw(1, 2))
        ok(JSON.stringify(await draw(1, 6)) !== JSON.stringify(await draw(2, 6)))
        ok(JSON.stringify(await draw(1, 6)) !== JSON.stringify(greedy))
      })

      it('tells every token as it comes', async () => {
        const seen: number[][] = given.map(() => [])
        await generator.generate(given, { maxNewTokens: 10, onToken: (prompt, id) => seen[prompt]?.push(id) })
        deepEqual(seen, greedy)
      })

      it('ends where it is told to', async () => {
        const reason = new Error('enough')
        await rejects(
          generator.generate(given, { maxNewTokens: 10, signal: AbortSignal.abort(reason) }),
          reason,
        )
      })

      it('refuses a prompt without tokens', () =>
        rejects(generator.generate([[1], []], { maxNewTokens: 2 }), EmptyPromptError))
    })

    it('stops where learned positions end, and refuses prompts beyond', async () => {
      const { checkpoint } = loadReferenceCase('gpt2')
      const generator = await openGenerator(executor, checkpoint)
      const long = new Array<number>(62).fill(5)
      const [answer] = await generator.generate([long], { maxNewTokens: 10, stopTokenIds: [] })
      equal(answer?.ids.length, 2)
      const beyond = new Array<number>(65).fill(5)
      await rejects(generator.generate([[1], beyond], { maxNewTokens: 1 }), SequenceTooLongError)
      await generator.close()
    })
  })
}
