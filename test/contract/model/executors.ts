import type { Executor } from '../../../src/engine/executor.ts'
import { createOnnxExecutor } from '../../../src/engine/onnxruntime/onnx-executor.ts'
import { createTfjsExecutor } from '../../../src/engine/tfjs/tfjs-executor.ts'

/** Every executor that must compute the same, each in this thread and on the CPU. */
export const EXECUTORS = {
  onnxruntime: () => createOnnxExecutor({ device: 'cpu', threads: 2 }),
  tfjs: () => createTfjsExecutor(),
} satisfies Readonly<Record<string, () => Promise<Executor>>>
