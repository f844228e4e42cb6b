import { deepEqual } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

const EXECUTOR = new URL('../../../src/engine/tfjs/tfjs-executor.ts', import.meta.url)
const EXP = new URL('../../../src/graph/elementwise.ts', import.meta.url)
const LEAVES = new URL('../../../src/graph/leaves.ts', import.meta.url)

describe('TensorFlow.js', () => {
  it('prints nothing while it is loaded and computes', function () {
    this.timeout(240_000)
    const script = `
      const { createTfjsExecutor } = await import('${EXECUTOR}')
      const { exp } = await import('${EXP}')
      const { input } = await import('${LEAVES}')
      const executor = await createTfjsExecutor({ device: 'tfjs' })
      const program = await executor.compile({ y: exp(input('x', [1])) }, new Map())
      const { y } = await program.run({ x: { dtype: 'f32', shape: [1], data: Float32Array.of(0) } })
      process.exit(y.data[0] === 1 ? 0 : 9)`
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { encoding: 'utf8' },
    )
    deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
  })
})
