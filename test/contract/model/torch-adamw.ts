import type { ReferenceCase } from './reference-case.ts'

/** torch.optim.AdamW (arXiv 1711.05101, algorithm 2), as the references were trained, in float64 moments. */
export class TorchAdamW {
  readonly #options: ReferenceCase['optimizer']
  readonly #moments = new Map<string, { first: Float64Array; second: Float64Array }>()
  #steps = 0

  constructor(options: ReferenceCase['optimizer']) {
    this.#options = options
  }

  step(parameters: ReadonlyMap<string, Float32Array>, gradients: ReadonlyMap<string, Float32Array>): void {
    const { lr, betas, eps, weightDecay } = this.#options
    this.#steps++
    const [scale1, scale2] = betas.map((beta) => 1 - beta ** this.#steps) as [number, number]
    for (const [name, values] of parameters) {
      const gradient = gradients.get(name) as Float32Array
      const { first, second } = this.#momentsOf(name, values.length)
      for (const [at, g] of gradient.entries()) {
        first[at] = betas[0] * (first[at] as number) + (1 - betas[0]) * g
        second[at] = betas[1] * (second[at] as number) + (1 - betas[1]) * g * g
        const decayed = (values[at] as number) * (1 - lr * weightDecay)
        values[at] = decayed - (lr * (first[at] / scale1)) / (Math.sqrt(second[at] / scale2) + eps)
      }
    }
  }

  #momentsOf(name: string, length: number) {
    const known = this.#moments.get(name) ?? {
      first: new Float64Array(length),
      second: new Float64Array(length),
    }
    this.#moments.set(name, known)
    return known
  }
}
