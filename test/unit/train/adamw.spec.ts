import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { random } from '../../../src/base/random.ts'
import { AdamW } from '../../../src/train/optimizer/adamw.ts'
import { clipByGlobalNorm, globalNorm } from '../../../src/train/optimizer/clip-by-global-norm.ts'
import { learningRateAt } from '../../../src/train/optimizer/learning-rate.ts'
import { optimizerTensors, readOptimizerTensors } from '../../../src/train/optimizer/optimizer-tensors.ts'

const one = (value: number) => new Map([['w', Float32Array.of(value)]])
const weightIn = (parameters: ReadonlyMap<string, Float32Array>) => parameters.get('w')?.[0] as number
const near = (actual: number, expected: number, tolerance = 1e-6) =>
  ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`)

describe('AdamW', () => {
  it('moves by the learning rate against the sign of the first gradient, after decay', () => {
    const parameters = one(2)
    new AdamW({ weightDecay: 0.1 }).step(parameters, one(-0.003), 0.01)
    near(weightIn(parameters), 2 * (1 - 0.01 * 0.1) + 0.01)
  })

  it('follows the formulas of algorithm 2 over many steps', () => {
    const source = random('adamw')
    const parameters = one(0.5)
    const optimizer = new AdamW({ beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.02 })
    let [w, m, v] = [0.5, 0, 0]
    for (let t = 1; t <= 200; t++) {
      const g = Math.fround(source.normal())
      const rate = 0.01 / t
      optimizer.step(parameters, one(g), rate)
      m = 0.8 * m + 0.2 * g
      v = 0.95 * v + 0.05 * g * g
      const [mHat, vHat] = [m / (1 - 0.8 ** t), v / (1 - 0.95 ** t)]
      w -= rate * 0.02 * w + (rate * mHat) / (Math.sqrt(vHat) + 1e-3)
    }
    near(weightIn(parameters), w)
  })

  it('lets chosen parameters keep their size', () => {
    const parameters = new Map([
      ['norm', Float32Array.of(1)],
      ['weight', Float32Array.of(1)],
    ])
    const zero = new Map([
      ['norm', Float32Array.of(0)],
      ['weight', Float32Array.of(0)],
    ])
    new AdamW({ weightDecay: 0.5, decays: (name) => name !== 'norm' }).step(parameters, zero, 0.1)
    equal(parameters.get('norm')?.[0], 1)
    near(parameters.get('weight')?.[0] as number, 0.95)
  })

  it('goes on from its saved state bit for bit', () => {
    const [straight, stopped] = [one(1), one(1)]
    const first = new AdamW()
    for (let t = 0; t < 6; t++) first.step(straight, one(t - 2.5), 0.01)
    const second = new AdamW()
    for (let t = 0; t < 3; t++) second.step(stopped, one(t - 2.5), 0.01)
    const { tensors, metadata } = optimizerTensors(second.snapshot())
    const read = (name: string) => tensors.find((tensor) => tensor.name === name)?.data as Float32Array
    const third = new AdamW()
    third.restore(
      readOptimizerTensors(
        tensors.map(({ name }) => name),
        read,
        metadata,
      ),
    )
    for (let t = 3; t < 6; t++) third.step(stopped, one(t - 2.5), 0.01)
    equal(weightIn(stopped), weightIn(straight))
  })

  it('refuses a saved state that is not its own or torn', () => {
    throws(() => readOptimizerTensors([], () => new Float32Array(), {}), { code: 'TRAIN_OPTIMIZER_STATE' })
    const { metadata } = optimizerTensors(new AdamW().snapshot())
    throws(() => readOptimizerTensors(['first.w'], () => new Float32Array(), metadata), /w is incomplete/)
  })
})

describe('clipping', () => {
  const gradients = () =>
    new Map([
      ['a', Float32Array.of(3)],
      ['b', Float32Array.of(0, 4)],
    ])

  it('scales all gradients together to the largest norm', () => {
    const clipped = gradients()
    equal(clipByGlobalNorm(clipped, 1), 5)
    near(globalNorm(clipped), 1)
    near((clipped.get('a')?.[0] as number) / (clipped.get('b')?.[1] as number), 0.75)
  })

  it('leaves gradients below it as they are', () => {
    const kept = gradients()
    clipByGlobalNorm(kept, 6)
    clipByGlobalNorm(kept, Number.POSITIVE_INFINITY)
    deepEqual(kept, gradients())
  })
})

describe('the learning rate', () => {
  const plan = { learningRate: 1, warmupSteps: 4, totalSteps: 12, minLearningRate: 0.1 } as const
  const rates = (schedule: 'constant' | 'linear' | 'cosine', steps: number[]) =>
    steps.map((step) => Number(learningRateAt(step, { ...plan, schedule }).toFixed(6)))

  it('climbs in a straight line, the first step included', () => {
    deepEqual(rates('constant', [0, 1, 3, 4, 99]), [0.25, 0.5, 1, 1, 1])
  })

  it('falls in a straight line or by half a cosine to the least rate', () => {
    deepEqual(rates('linear', [4, 8, 12, 99]), [1, 0.55, 0.1, 0.1])
    deepEqual(rates('cosine', [4, 6, 8, 12]), [1, 0.868198, 0.55, 0.1])
  })
})
