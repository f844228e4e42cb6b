import { equal, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAdapter } from '../../../src/adapter/read-adapter.ts'
import { aggregateAdapters } from '../../../src/api/aggregate-adapters.ts'
import type { Factors, ModuleFactors } from '../../../src/base/adapter.ts'
import { openSafetensors } from '../../../src/safetensors/open-safetensors.ts'
import { runCli } from './run-cli.ts'
import { REFERENCE, scratchDirectory } from './tiny-world.ts'

interface Case {
  readonly peers: readonly { name: string; samples: number }[]
  readonly outputs: readonly { rank: number; alpha: number }[]
}

/** s·B·A, row by row. */
function dense({ rank, inFeatures, outFeatures, scaling, a, b }: ModuleFactors): Float64Array {
  const product = new Float64Array(outFeatures * inFeatures)
  for (let row = 0; row < outFeatures; row++)
    for (let k = 0; k < rank; k++)
      for (let column = 0; column < inFeatures; column++)
        product[row * inFeatures + column] =
          (product[row * inFeatures + column] ?? 0) +
          scaling * (b[row * rank + k] ?? 0) * (a[k * inFeatures + column] ?? 0)
  return product
}

/** Largest difference from the expected approximation, relative to the mean's largest singular value. */
function worstError(factors: Factors, directory: string, rank: number): number {
  const expected = openSafetensors(join(directory, 'expected.safetensors'))
  let worst = 0
  for (const [module, value] of factors) {
    const [largest = 1] = expected.readFloat64(`sigma.${module}`)
    const wanted = expected.readFloat64(`rank${rank}.${module}`)
    const found = dense(value)
    equal(found.length, wanted.length)
    found.forEach((entry, at) => {
      worst = Math.max(worst, Math.abs(entry - (wanted[at] ?? Number.NaN)) / largest)
    })
  }
  expected.close()
  return worst
}

describe('aggregate on the reference cases of FlexLoRA', function () {
  this.timeout(240_000)
  const scratch = scratchDirectory()
  after(scratch.remove)

  for (const name of readdirSync(join(REFERENCE, 'flexlora'))) {
    const directory = join(REFERENCE, 'flexlora', name)
    const { peers, outputs } = JSON.parse(readFileSync(join(directory, 'case.json'), 'utf8')) as Case
    const adapters = peers.map((peer) => join(directory, 'peers', peer.name))
    const samples = peers.map((peer) => peer.samples)

    it(`gives every rank's approximation of ${name} within 1e-6`, async () => {
      for (const { rank, alpha } of outputs) {
        const out = join(scratch.path, `${name}-${rank}`)
        await aggregateAdapters({ adapters, samples, rank, alpha, out })
        ok(worstError(readAdapter(out).factors, directory, rank) < 1e-6)
      }
    })

    it(`gives the same of ${name} as a command`, async () => {
      const { rank, alpha } = outputs[0] as Case['outputs'][number]
      const out = join(scratch.path, `${name}-command`)
      const options = ['--samples', samples.join(','), '--rank', String(rank), '--alpha', String(alpha)]
      const run = await runCli('aggregate', ...adapters, ...options, '--out', out)
      equal(run.code, 0, run.stderr)
      ok(worstError(readAdapter(out).factors, directory, rank) < 1e-6)
    })
  }
})
