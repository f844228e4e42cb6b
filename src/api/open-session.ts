import type { Executor } from '../engine/executor.ts'
import { openEngine } from '../engine/open-engine.ts'
import type { Checkpoint } from '../model/checkpoint.ts'
import { loadCheckpoint } from '../model/load-checkpoint.ts'

/** Which engine computes, and on what. */
export interface EngineChoice {
  /** Default `'auto'`. */
  readonly engine?: 'auto' | 'onnxruntime' | 'tfjs'
  /** `cuda`, `webgpu` or `cpu` for onnxruntime, a backend's name for tfjs. Default: the best that works. */
  readonly device?: string | undefined
  /** CPU threads of the engine. Default: its own choice. */
  readonly threads?: number | undefined
}

export interface SessionOptions extends EngineChoice {
  /** A Hugging Face model directory. */
  readonly model: string
}

/** A base model and the engine that runs it. */
export interface Session {
  readonly checkpoint: Checkpoint
  readonly executor: Executor
  close(): Promise<void>
}

/**
 * Loads a base model and starts an engine in a thread of its own; `close` ends it.
 *
 * @throws every error of `loadCheckpoint`, and `EngineUnavailableError` for an engine that is not there
 */
export async function openSession({ model, ...choice }: SessionOptions): Promise<Session> {
  const checkpoint = loadCheckpoint(model)
  const executor = await openChosenEngine(choice)
  return { checkpoint, executor, close: () => executor.close() }
}

/** Starts the chosen engine. @throws `EngineUnavailableError` */
export function openChosenEngine({ engine = 'auto', device, threads }: EngineChoice): Promise<Executor> {
  return openEngine({
    engine,
    ...(device === undefined ? {} : { device }),
    ...(threads === undefined ? {} : { threads }),
  })
}
