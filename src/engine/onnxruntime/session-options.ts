import type { InferenceSession } from 'onnxruntime-node'
import type { OnnxDevice } from './choose-device.ts'

export interface SessionSettings {
  readonly device: OnnxDevice
  /** Threads within an operator. Default: one a core. */
  readonly threads?: number | undefined
  /** The folder that external data is relative to. */
  readonly folder?: string | undefined
  /** Rearrange constant weights ahead (see `packsWeights`). */
  readonly packWeights: boolean
  /** Where to write a profile of every operator; none by default. */
  readonly profilePrefix?: string | undefined
}

const ERRORS_ONLY = 3

/** What ONNX Runtime is told about a session. */
export function sessionOptions(settings: SessionSettings): InferenceSession.SessionOptions {
  const { device, threads, folder, packWeights, profilePrefix } = settings
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    // A plan of all memory ahead took more of it in `bench:train` and was no quicker.
    enableMemPattern: false,
    logSeverityLevel: ERRORS_ONLY,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    extra: {
      session: {
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder }),
        disable_prepacking: packWeights ? '0' : '1',
      },
    },
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
  }
}
