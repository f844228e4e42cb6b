import type { Executor } from '../../src/engine/executor.ts'
import { input, weight } from '../../src/graph/leaves.ts'
import { matmul } from '../../src/graph/matmul.ts'
import { mean } from '../../src/graph/reductions.ts'
import type { Value } from '../../src/graph/value.ts'
import type { Checkpoint } from '../../src/model/checkpoint.ts'
import { weightShape } from '../../src/model/linear-module.ts'

export interface Roofline {
  /** Floating point operations of one run. */
  readonly flops: number
  /** Runs it once; answers the milliseconds. */
  run(): Promise<number>
  close(): Promise<void>
}

/**
 * Nothing but the products with frozen weights that a LoRA step cannot avoid: X·Wᵀ forward and G·W backward for
 * every linear map of a llama, the head included, in one chain.
 */
export async function openRoofline(
  executor: Executor,
  { config, family, weights }: Checkpoint,
  rows: number,
): Promise<Roofline> {
  const shapes = family
    .linears(config)
    .filter((linear) => !(linear.isHead && config.tiedHead))
    .map((linear) => [`${linear.name}.weight`, ...weightShape(linear)] as const)
  const head = ['model.embed_tokens.weight', config.vocabSize, config.hiddenSize] as const
  const all = config.tiedHead ? [...shapes, head] : shapes
  const y = all.reduce(thereAndBack, input('x', [rows, config.hiddenSize]))
  const program = await executor.compile({ y: mean(y) }, weights)
  const data = Float32Array.from({ length: rows * config.hiddenSize }, (_, i) => Math.sin(i))
  return {
    flops: all.reduce((sum, [, out, into]) => sum + 4 * rows * out * into, 0),
    async run() {
      const startMs = performance.now()
      await program.run({ x: { dtype: 'f32', shape: [rows, config.hiddenSize], data } })
      return performance.now() - startMs
    },
    close: () => program.dispose(),
  }
}

/** Through one map and back, so that the next finds the width it wants. Scales keep the numbers near 1. */
function thereAndBack(y: Value, [name, out, into]: readonly [string, number, number]): Value {
  const w = weight(name, [out, into])
  const forward = (x: Value) => matmul(x, w, { transposeB: true, scale: 50 / Math.sqrt(into) })
  const backward = (x: Value) => matmul(x, w, { scale: 50 / Math.sqrt(out) })
  return y.shape[1] === into ? backward(forward(y)) : forward(backward(y))
}
