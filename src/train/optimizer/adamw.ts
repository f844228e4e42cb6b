import type { Gradients, Parameters } from './parameters.ts'

export interface AdamWOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number
  /** Added to the root of the second moment. Default 1e-8. */
  readonly epsilon?: number
  /** Share of a parameter that is taken off at each step, times the learning rate. Default 0.01. */
  readonly weightDecay?: number
  /** Whether a parameter decays. Default: all do. */
  readonly decays?: (name: string) => boolean
}

/** Running means of one parameter's gradients and of their squares. */
export interface Moments {
  readonly first: Float32Array
  readonly second: Float32Array
}

/** All that AdamW remembers. */
export interface OptimizerState {
  /** Steps taken. */
  readonly step: number
  readonly moments: ReadonlyMap<string, Moments>
}

/**
 * AdamW (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2) as `torch.optim.AdamW` computes it: decay is
 * decoupled and scaled by the learning rate, moments are float32, ε is added after the bias correction.
 */
export class AdamW {
  readonly #beta1: number
  readonly #beta2: number
  readonly #epsilon: number
  readonly #weightDecay: number
  readonly #decays: (name: string) => boolean
  readonly #moments = new Map<string, Moments>()
  #step = 0

  constructor(options: AdamWOptions = {}) {
    this.#beta1 = options.beta1 ?? 0.9
    this.#beta2 = options.beta2 ?? 0.999
    this.#epsilon = options.epsilon ?? 1e-8
    this.#weightDecay = options.weightDecay ?? 0.01
    this.#decays = options.decays ?? (() => true)
  }

  /** Changes every parameter that has a gradient, in place. */
  step(parameters: Parameters, gradients: Gradients, learningRate: number): void {
    this.#step++
    const correction1 = 1 - this.#beta1 ** this.#step
    const rootScale = 1 / Math.sqrt(1 - this.#beta2 ** this.#step)
    const stepSize = learningRate / correction1
    for (const [name, parameter] of parameters) {
      const gradient = gradients.get(name)
      if (gradient === undefined) continue
      const keep = 1 - (this.#decays(name) ? learningRate * this.#weightDecay : 0)
      this.#update(parameter, gradient, this.#momentsOf(name, parameter.length), keep, stepSize, rootScale)
    }
  }

  #update(
    parameter: Float32Array,
    gradient: Float32Array,
    { first, second }: Moments,
    keep: number,
    stepSize: number,
    rootScale: number,
  ): void {
    const beta1 = this.#beta1
    const beta2 = this.#beta2
    const epsilon = this.#epsilon
    for (let at = 0; at < parameter.length; at++) {
      const g = gradient[at] as number
      const m = beta1 * (first[at] as number) + (1 - beta1) * g
      const v = beta2 * (second[at] as number) + (1 - beta2) * g * g
      first[at] = m
      second[at] = v
      parameter[at] = keep * (parameter[at] as number) - (stepSize * m) / (Math.sqrt(v) * rootScale + epsilon)
    }
  }

  #momentsOf(name: string, length: number): Moments {
    const known = this.#moments.get(name)
    if (known !== undefined) return known
    const fresh = { first: new Float32Array(length), second: new Float32Array(length) }
    this.#moments.set(name, fresh)
    return fresh
  }

  /** A copy of what is remembered. */
  snapshot(): OptimizerState {
    return { step: this.#step, moments: copyMoments(this.#moments) }
  }

  /** Goes on from a snapshot; the snapshot stays as it is. */
  restore(state: OptimizerState): void {
    this.#step = state.step
    this.#moments.clear()
    for (const [name, moments] of copyMoments(state.moments)) this.#moments.set(name, moments)
  }
}

const copyMoments = (moments: ReadonlyMap<string, Moments>) =>
  new Map(
    [...moments].map(([name, { first, second }]) => [name, { first: first.slice(), second: second.slice() }]),
  )
