import { EngineUnavailableError } from '../engine-error.ts'

/** The library, loaded only when somebody wants it. */
export type OnnxRuntime = typeof import('onnxruntime-node')

/** Loads onnxruntime-node. Throws EngineUnavailableError where it is not installed or not for this system. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node')
  } catch (cause) {
    throw new EngineUnavailableError(
      'onnxruntime',
      `onnxruntime-node does not load on ${process.platform} ${process.arch}`,
      'Run `npm install` again on this machine, or choose `--engine tfjs`.',
      { cause },
    )
  }
}
