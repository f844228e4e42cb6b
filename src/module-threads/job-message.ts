import type { AggregateOptions } from '../aggregate/aggregate.ts'
import type { Contribution } from '../aggregate/contribution.ts'
import type { ModuleJob, ModuleOutcome } from '../aggregate/module-job.ts'
import type { ModuleFactors } from '../base/adapter.ts'
import type { Matrix } from '../base/matrix-product.ts'
import type { WireError } from '../engine/wire-error.ts'

/** A job as it travels to a thread: the alpha rule as its values, which no message can hold as a function. */
export interface JobMessage extends Omit<ModuleJob, 'options'> {
  readonly options: Omit<AggregateOptions, 'scalingOf'>
  /** `scalingOf` of rank 1, 2, … up to the global rank. */
  readonly scalings: Float64Array
}

/** Factors whose inner products are wanted: copies, which the thread may keep. */
export interface WeighMessage {
  readonly weigh: readonly ModuleFactors[]
}

/** Ends the thread once what was asked before is answered. */
export const CLOSE = 'close'

export type JobAnswer =
  | { readonly ok: true; readonly result: ModuleOutcome | Matrix }
  | { readonly ok: false; readonly error: WireError }

/** A job's message, and the memory that goes with it: factors are handed over, and are gone where they were. */
export function toMessage(job: ModuleJob): {
  readonly message: JobMessage
  readonly transfer: ArrayBuffer[]
} {
  const { scalingOf, ...options } = job.options
  const scalings = Float64Array.from({ length: options.rank }, (_, i) => scalingOf(i + 1))
  const contributions = job.contributions.map(compactContribution)
  const modules = contributions.flatMap(({ factors }) => [...factors.values()])
  return { message: { ...job, options, scalings, contributions }, transfer: buffersOf(modules) }
}

export function toWeighMessage(factors: readonly ModuleFactors[]): {
  readonly message: WeighMessage
  readonly transfer: ArrayBuffer[]
} {
  const weigh = factors.map((own) => ({ ...own, a: own.a.slice(), b: own.b.slice() }))
  return { message: { weigh }, transfer: buffersOf(weigh) }
}

export function fromMessage({ scalings, options, ...job }: JobMessage): ModuleJob {
  return { ...job, options: { ...options, scalingOf: (rank) => scalings[rank - 1] as number } }
}

/** The memory of factors, each piece once. */
export const buffersOf = (modules: readonly ModuleFactors[]): ArrayBuffer[] => [
  ...new Set(modules.flatMap(({ a, b }) => [a.buffer as ArrayBuffer, b.buffer as ArrayBuffer])),
]

function compactContribution({ factors, ...rest }: Contribution): Contribution {
  return { ...rest, factors: new Map([...factors].map(([name, own]) => [name, compact(own)])) }
}

/** Factors that lie in memory with others' are copied: handing it over would take those away too. */
function compact(factors: ModuleFactors): ModuleFactors {
  const { a, b } = factors
  const bytes = new Set([a.buffer, b.buffer])
  const whole = [...bytes].reduce((sum, buffer) => sum + buffer.byteLength, 0)
  return whole === a.byteLength + b.byteLength ? factors : { ...factors, a: a.slice(), b: b.slice() }
}
