import { FlexswarmError } from '../base/flexswarm-error.ts'

/** A weight that a graph names and the checkpoint does not have. */
export class MissingWeightError extends FlexswarmError<'ENGINE_MISSING_WEIGHT', { weight: string }> {
  constructor(weight: string) {
    super(
      'ENGINE_MISSING_WEIGHT',
      `The checkpoint has no tensor "${weight}", which the model needs.`,
      'Check that the directory holds all shards of the model that config.json describes.',
      { weight },
    )
  }
}

/** A weight whose shape is not the one its graph names. */
export class WeightShapeError extends FlexswarmError<
  'ENGINE_WEIGHT_SHAPE',
  { weight: string; wanted: readonly unknown[]; found: readonly number[] }
> {
  constructor(weight: string, wanted: readonly unknown[], found: readonly number[]) {
    super(
      'ENGINE_WEIGHT_SHAPE',
      `Tensor "${weight}" is [${found.join(', ')}] in the checkpoint, but the model wants [${wanted.join(', ')}].`,
      'Check that config.json and the safetensors files belong to one model.',
      { weight, wanted, found },
    )
  }
}

/** The bytes of a weight that could not be read. */
export class WeightBytesError extends FlexswarmError<'ENGINE_WEIGHT_BYTES', { file: string | null }> {
  constructor(message: string, file: string | null) {
    super('ENGINE_WEIGHT_BYTES', message, 'Fetch the checkpoint again; the file may be cut short.', { file })
  }
}

/** A run was given a tensor that its graph did not declare that way. */
export class FeedError extends FlexswarmError<'ENGINE_FEED', { feed: string }> {
  constructor(feed: string, detail: string) {
    super(
      'ENGINE_FEED',
      `Feed "${feed}": ${detail}.`,
      'Feed every input and parameter as the graph declares it.',
      {
        feed,
      },
    )
  }
}

/** The engine's worker thread ended while work was waiting for it. */
export class EngineStoppedError extends FlexswarmError<'ENGINE_STOPPED', { reason: string }> {
  constructor(reason: string, options?: ErrorOptions) {
    super(
      'ENGINE_STOPPED',
      `The engine stopped: ${reason}.`,
      'Open the engine again; if memory ran out, lower the rank, the length or the batch.',
      { reason },
      options,
    )
  }
}

/** The library under an executor refused or failed. */
export class EngineFailureError extends FlexswarmError<'ENGINE_FAILURE', { engine: string }> {
  constructor(engine: string, message: string, options?: ErrorOptions) {
    super(
      'ENGINE_FAILURE',
      `${engine}: ${message}`,
      'If memory ran out, lower the rank, the length or the batch; else try another --engine or --device.',
      { engine },
      options,
    )
  }
}

/** The engine that was asked for cannot be loaded here. */
export class EngineUnavailableError extends FlexswarmError<'ENGINE_UNAVAILABLE', { engine: string }> {
  constructor(engine: string, detail: string, nextStep: string, options?: ErrorOptions) {
    super(
      'ENGINE_UNAVAILABLE',
      `Engine "${engine}" cannot be used: ${detail}.`,
      nextStep,
      { engine },
      options,
    )
  }
}
