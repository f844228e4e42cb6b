import type { Tensor } from '../base/tensor.ts'
import type { Bindings } from '../graph/dim.ts'
import type { Value } from '../graph/value.ts'
import type { WeightSource } from './weight-source.ts'

export interface CompileOptions {
  /** Sizes of symbols that will not change, so that the executor can plan with them. Default: none. */
  readonly dims?: Bindings
}

export type Feeds = Readonly<Record<string, Tensor>>
export type Fetches = Record<string, Tensor>

/** Something that runs graphs: a library on a device. Its tensors never leave it. */
export interface Executor {
  readonly name: 'onnxruntime' | 'tfjs'
  /** What it runs on, for people: `cpu`, `cuda`, `webgpu`, `tfjs-node`, … */
  readonly device: string
  /**
   * Makes a program that computes `outputs` by name. Weights are bound (and widened to f32) now.
   * Throws `MissingWeightError` or `WeightShapeError` where a weight is not as the graph names it.
   */
  compile(
    outputs: Readonly<Record<string, Value>>,
    weights: WeightSource,
    options?: CompileOptions,
  ): Promise<Program>
  /** Ends the executor and all its programs. */
  close(): Promise<void>
}

export interface Program {
  /**
   * Computes the outputs. `feeds` has every input and parameter that they depend on, by name (others are
   * ignored); the fed tensors stay the caller's, the answered ones are new. What is fed from a
   * SharedArrayBuffer goes to the engine's thread without a copy, and must not change during the run.
   * Throws `FeedError` where a feed is missing or its shape or type is not the declared one.
   */
  run(feeds: Feeds): Promise<Fetches>
  dispose(): Promise<void>
}
