import { deepEqual, equal, notDeepEqual, ok, rejects } from 'node:assert/strict'
import type { TokenExample } from '../../../src/train/batch/token-example.ts'
import type { GradientsOf } from '../../../src/train/loop/accumulate-gradients.ts'
import {
  runTraining,
  type StepEvent,
  type Training,
  type TrainingState,
} from '../../../src/train/loop/run-training.ts'
import { bigramGradients, bigramParameters, tokens } from './bigram-model.ts'

const VOCABULARY = 6
const DATA = [tokens(0, 1, 2, 3), tokens(0, 2, 4), tokens(5, 1), tokens(3, 4, 5, 0, 1), tokens(2, 2, 2)]

describe('training', () => {
  async function train(training: Partial<Training> = {}) {
    const parameters = training.parameters ?? bigramParameters(VOCABULARY)
    let nowMs = 0
    const outcome = await runTraining({
      parameters,
      gradientsOf: bigramGradients(VOCABULARY),
      data: DATA,
      clock: { nowMs: () => (nowMs += 5) },
      ...training,
      options: { batchSize: 2, steps: 12, learningRate: 0.1, seed: 1, ...training.options },
    })
    return { outcome, table: parameters.get('table') as Float32Array }
  }

  it('learns, and says how it goes', async () => {
    const events: StepEvent[] = []
    const { outcome } = await train({
      options: { steps: 60 },
      onStep: (event) => {
        events.push(event)
      },
    })
    ok(outcome.lastLoss < 0.6 * outcome.firstLoss, `${outcome.firstLoss} to ${outcome.lastLoss}`)
    ok(Math.abs(outcome.firstLoss - Math.log(VOCABULARY)) < 1e-6)
    deepEqual([events.length, events[0]?.step, events.at(-1)?.of], [60, 1, 60])
    deepEqual([events[0]?.msPerStep, events[0]?.secondsLeft, events.at(-1)?.secondsLeft], [5, 0.295, 0])
    equal(outcome.samples, DATA.length)
    deepEqual([outcome.samplesSeen, outcome.steps], [100, 60])
  })

  it('gives the same parameters bit for bit from one seed, and others from another', async () => {
    const [one, same, other] = [await train(), await train(), await train({ options: { seed: 2 } })]
    deepEqual(one.table, same.table)
    notDeepEqual(one.table, other.table)
  })

  it('takes the same step with micro-batches of any size as with one large batch', async () => {
    const whole = await train({ options: { batchSize: 5, steps: 4 } })
    for (const microBatchSize of [1, 2, 3]) {
      const parts = await train({ options: { batchSize: 5, steps: 4, microBatchSize } })
      ok(parts.table.every((value, at) => Math.abs(value - (whole.table[at] as number)) < 1e-6))
      ok(Math.abs(parts.outcome.meanLoss - whole.outcome.meanLoss) < 1e-9)
    }
  })

  it('goes on after a stop bit for bit as without one', async () => {
    const straight = await train()
    const parameters = bigramParameters(VOCABULARY)
    const stop = new AbortController()
    let saved: TrainingState | undefined
    const stopped = train({
      parameters,
      signal: stop.signal,
      onStep: ({ step }, state) => {
        if (step !== 5) return
        saved = state()
        stop.abort(new Error('enough'))
      },
    })
    await rejects(stopped, /enough/)
    ok(saved !== undefined)
    const resumed = await train({ parameters, resume: saved })
    deepEqual(resumed.table, straight.table)
    equal(resumed.outcome.steps, 7)
  })

  it('is one long training when rounds follow each other with the optimiser kept', async () => {
    const straight = await train({ options: { steps: 9 } })
    const parameters = bigramParameters(VOCABULARY)
    const first = await train({ parameters, options: { steps: 4, scheduleSteps: 9 } })
    const optimizer = { ...first.outcome.state, step: 0 }
    await train({ parameters, resume: optimizer, options: { steps: 5, firstStep: 4, scheduleSteps: 9 } })
    deepEqual(parameters.get('table'), straight.table)
  })

  it('gives every pass a dropout seed of its own, the same in a repetition', async () => {
    const seedsOf = async () => {
      const seeds: number[] = []
      const inner = bigramGradients(VOCABULARY)
      const gradientsOf: GradientsOf = (batch, parameters, options) => {
        seeds.push(options.seed)
        return inner(batch, parameters, options)
      }
      await train({ gradientsOf, options: { steps: 6, batchSize: 4, microBatchSize: 2 } })
      return seeds
    }
    const seeds = await seedsOf()
    equal(new Set(seeds).size, seeds.length)
    ok(seeds.length > 6 && seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31))
    deepEqual(await seedsOf(), seeds)
  })

  it('stops before a loss that is not a number spoils the parameters', async () => {
    const parameters = bigramParameters(VOCABULARY)
    const inner = bigramGradients(VOCABULARY)
    let passes = 0
    const gradientsOf: GradientsOf = async (batch, given, options) => {
      const pass = await inner(batch, given, options)
      if (++passes === 3) (pass.gradients.get('table') as Float32Array)[0] = Number.NaN
      return pass
    }
    await rejects(train({ parameters, gradientsOf }), { code: 'TRAIN_DIVERGED', message: /at step 3/ })
    ok(parameters.get('table')?.every(Number.isFinite))
  })

  it('trains for epochs: every sequence that often', async () => {
    const { outcome } = await train({ options: { steps: undefined as never, epochs: 3 } })
    deepEqual([outcome.steps, outcome.samplesSeen], [9, 15])
  })

  it('passes over sequences without a token to learn, and refuses data of nothing else', async () => {
    const mute: TokenExample = { ids: Int32Array.of(1, 2), labels: Int32Array.of(1, -100) }
    equal((await train({ data: [...DATA, mute] })).outcome.samples, DATA.length)
    await rejects(train({ data: [mute] }), { code: 'TRAIN_NO_DATA' })
  })

  it('refuses options out of their range by name', async () => {
    for (const [options, name] of [
      [{ steps: 0 }, 'steps'],
      [{ batchSize: 1.5 }, 'batchSize'],
      [{ learningRate: -1 }, 'learningRate'],
      [{ beta2: 1 }, 'beta2'],
      [{ clipNorm: 0 }, 'clipNorm'],
    ] as const) {
      await rejects(train({ options }), {
        code: 'TRAIN_OPTION',
        evidence: { option: name, value: Object.values(options)[0] },
      })
    }
  })
})
