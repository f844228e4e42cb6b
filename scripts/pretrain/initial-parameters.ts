import { random } from '../../src/base/random.ts'
import type { BaseConfig } from './base-config.ts'

/** What writes into the residual stream, once in each half of a layer. */
const INTO_RESIDUAL = /\.(o_proj|down_proj)\.weight$/

/**
 * First values of every tensor: ones for norms, else normal with the configuration's deviation, divided by √(2·layers)
 * where the result is added to the residual stream (GPT-2, §2.3).
 */
export function initialParameters(
  shapes: ReadonlyMap<string, readonly number[]>,
  config: BaseConfig,
  seed: number,
): Map<string, Float32Array> {
  const parameters = new Map<string, Float32Array>()
  for (const [name, shape] of shapes) {
    const count = shape.reduce((product, size) => product * size, 1)
    if (shape.length === 1) {
      parameters.set(name, new Float32Array(count).fill(1))
      continue
    }
    const scale = INTO_RESIDUAL.test(name) ? 1 / Math.sqrt(2 * config.num_hidden_layers) : 1
    const source = random(seed, 'weights', name)
    parameters.set(
      name,
      Float32Array.from({ length: count }, () => source.normal() * config.initializer_range * scale),
    )
  }
  return parameters
}
