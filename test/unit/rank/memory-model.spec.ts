import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { activationBytes } from '../../../src/rank/activation-bytes.ts'
import { calibrate } from '../../../src/rank/calibrate.ts'
import { executorFootprint } from '../../../src/rank/executor-footprint.ts'
import { loraParameterCount, memoryNeed, UNCALIBRATED } from '../../../src/rank/memory-model.ts'
import { smallLlama, smallTraining } from './small-llama.ts'

const MIB = 2 ** 20

describe('memory of a training step', () => {
  it('is the sum of its parts', () => {
    const { base, activations, lora, overhead, total } = memoryNeed(smallTraining, 8)
    equal(total, base + activations + lora + overhead)
    deepEqual([base, overhead], [19.2e6, 100e6])
  })

  it('counts r·(in + out) parameters a module, 16 bytes each, and what passes between A and B', () => {
    equal(loraParameterCount(smallLlama, 4), 4 * 6 * (384 + 288 + 288 + 384 + 704 + 704 + 704))
    const bottlenecks = 16 * 64 * 42 * 4 * 8
    equal(memoryNeed(smallTraining, 4).lora, loraParameterCount(smallLlama, 4) * 16 + bottlenecks)
  })

  it('grows by megabytes from rank to rank even in a small model', () => {
    const [four, eight, sixteen] = [4, 8, 16].map((rank) => memoryNeed(smallTraining, rank).total)
    ok((eight ?? 0) - (four ?? 0) > 2e6)
    equal((sixteen ?? 0) - (eight ?? 0), 2 * ((eight ?? 0) - (four ?? 0)))
  })

  it('grows with rank, batch and length, whatever they are', () => {
    const size = fc.integer({ min: 1, max: 64 })
    fc.assert(
      fc.property(size, size, size, (rank, batch, length) => {
        const at = (r: number, b: number, l: number) =>
          memoryNeed({ ...smallTraining, training: { batch: b, length: l } }, r).total
        const here = at(rank, batch, length)
        return (
          at(rank + 1, batch, length) > here &&
          at(rank, batch + 1, length) > here &&
          at(rank, batch, length + 1) > here
        )
      }),
    )
  })

  it('keeps fewer activations layer by layer, and less still where the loss is taken in chunks', () => {
    const whole = activationBytes(smallLlama, { batch: 16, length: 64 })
    const layered = activationBytes(smallLlama, { batch: 16, length: 64, graph: 'layered' })
    const chunked = activationBytes(smallLlama, { batch: 16, length: 64, graph: 'layered', lossTokens: 64 })
    ok(layered < whole / 2)
    equal(layered - chunked, 2 * (1024 - 64) * 512 * 4)
  })

  it('of SmolLM2-135M at length 128 is near what was measured: 1.24 GB', () => {
    const linears = [576, 576, 576, 192, 576, 192, 576, 576, 576, 1536, 576, 1536, 1536, 576]
    const modules = Array.from({ length: 30 * 7 }, (_, i) => ({
      name: `${i}`,
      inFeatures: linears[(i % 7) * 2] ?? 0,
      outFeatures: linears[(i % 7) * 2 + 1] ?? 0,
    }))
    const model = {
      layers: 30,
      hiddenSize: 576,
      intermediateSize: 1536,
      heads: 9,
      kvHeads: 3,
      headDim: 64,
      vocabulary: 49152,
      weightBytes: 134_515_008 * 4,
      modules,
    }
    const footprint = { overheadBytes: 96 * MIB, weightCopies: 1.5 }
    const { total } = memoryNeed({ model, training: { batch: 1, length: 128 }, footprint }, 8)
    ok(Math.abs(total - 1.24e9) < 0.2e9, `${total}`)
  })

  it('knows every executor’s footprint', () => {
    for (const executor of ['onnxruntime', 'tfjs'] as const) {
      for (const trainsOn of ['cpu', 'gpu'] as const) {
        const { overheadBytes, weightCopies } = executorFootprint(executor, trainsOn)
        ok(overheadBytes > 0 && weightCopies >= 1)
      }
    }
  })
})

describe('calibration by a real step', () => {
  const predicted = memoryNeed(smallTraining, 8)
  const corrected = (measured: number) =>
    memoryNeed({ ...smallTraining, calibration: calibrate(smallTraining, 8, measured) }, 8).total

  it('learns nothing from a miss within the noise of a process', () => {
    equal(calibrate(smallTraining, 8, predicted.total + 128 * MIB), UNCALIBRATED)
    equal(calibrate(smallTraining, 8, predicted.total - 128 * MIB), UNCALIBRATED)
  })

  it('then predicts what was measured, however far off it was above', () => {
    for (const more of [200e6, 500e6, 5e9]) {
      ok(Math.abs(corrected(predicted.total + more) - predicted.total - more) <= 1, `${more}`)
    }
  })

  it('believes in activations of at least a quarter and at most eight times the estimate', () => {
    const low = calibrate(smallTraining, 8, 0, { noiseBytes: 0 })
    deepEqual(low, { activationFactor: 0.25, extraBytes: 0 })
    const high = calibrate(smallTraining, 8, predicted.total + 100 * predicted.activations)
    equal(high.activationFactor, 8)
    equal(high.extraBytes, 93 * predicted.activations)
  })

  it('does not compound: the same measurement teaches the same twice', () => {
    const measured = predicted.total + 400e6
    const once = calibrate(smallTraining, 8, measured)
    deepEqual(calibrate({ ...smallTraining, calibration: once }, 8, measured), once)
  })
})
