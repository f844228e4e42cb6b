import { deepEqual, equal } from 'node:assert/strict'
import { type ModuleJob, runModuleJob } from '../../../src/aggregate/module-job.ts'
import { plainMatrixProduct } from '../../../src/aggregate/plain-matrix-product.ts'
import { createWorkspace } from '../../../src/aggregate/workspace.ts'
import { someFactors } from './dense-oracle.ts'

const job = (module: string, peers: number, inFeatures: number, outFeatures: number): ModuleJob => ({
  module,
  contributions: Array.from({ length: peers }, (_, i) => ({
    peer: `p${i}`,
    samples: 1 + i,
    factors: new Map([[module, someFactors(`${module} ${i}`, { rank: 4, inFeatures, outFeatures })]]),
  })),
  options: { strategy: 'flexlora', rank: 4, scalingOf: () => 1, seed: 's' },
  ladder: [2, 4],
})

describe('memory that is used again', () => {
  it('gives the bits of fresh memory, after a larger module and after a smaller one', async () => {
    const workspace = createWorkspace()
    for (const one of [job('a', 3, 20, 12), job('b', 5, 60, 70), job('c', 2, 9, 30), job('d', 5, 61, 70)]) {
      const expected = await runModuleJob(one, plainMatrixProduct)
      deepEqual(await runModuleJob(one, plainMatrixProduct, workspace), expected)
    }
  })

  it('is one piece for each side, as large as the largest that was asked for', () => {
    const workspace = createWorkspace()
    const large = workspace.float32('left', 10)
    equal(workspace.float32('left', 4).buffer, large.buffer)
    equal(workspace.float32('left', 4).length, 4)
    equal(workspace.float32('right', 4).buffer === large.buffer, false)
  })
})
