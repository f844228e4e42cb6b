import { FlexswarmError } from '../base/flexswarm-error.ts'
import {
  EngineFailureError,
  EngineStoppedError,
  EngineUnavailableError,
  FeedError,
  MissingWeightError,
  WeightBytesError,
  WeightShapeError,
} from './engine-error.ts'

/** An error as plain data; copying between threads keeps neither an error's class nor its own fields. */
export interface WireError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly flexswarm: { readonly code: string; readonly nextStep: string; readonly evidence: object } | null
}

const CLASSES = [
  EngineFailureError,
  EngineStoppedError,
  EngineUnavailableError,
  FeedError,
  MissingWeightError,
  WeightBytesError,
  WeightShapeError,
]

export function toWireError(error: unknown): WireError {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), stack: undefined, flexswarm: null }
  }
  const { name, message, stack } = error
  if (!(error instanceof FlexswarmError)) return { name, message, stack, flexswarm: null }
  const { code, nextStep, evidence } = error
  return { name, message, stack, flexswarm: { code, nextStep, evidence } }
}

/** The error again, of its class, with the stack of the thread it was thrown in. */
export function fromWireError({ name, message, stack, flexswarm }: WireError): Error {
  const error =
    flexswarm === null
      ? new EngineFailureError('engine', message)
      : new FlexswarmError(flexswarm.code, message, flexswarm.nextStep, flexswarm.evidence)
  const known = CLASSES.find((candidate) => candidate.name === name)
  if (known !== undefined) Object.setPrototypeOf(error, known.prototype)
  if (flexswarm !== null) error.name = name
  if (stack !== undefined) error.stack = stack
  return error
}
