import type { ExecutorFootprint } from './memory-model.ts'

const MIB = 2 ** 20

/** The ONNX Runtime on the processor. */
const ONNXRUNTIME_CPU: ExecutorFootprint = { overheadBytes: 96 * MIB, weightCopies: 2 }
/** The ONNX Runtime on a GPU: its context and code take more than the processor's. */
const ONNXRUNTIME_GPU: ExecutorFootprint = { overheadBytes: 512 * MIB, weightCopies: 1 }
/** TensorFlow.js keeps tensors as they are, once. */
const TFJS: ExecutorFootprint = { overheadBytes: 192 * MIB, weightCopies: 1 }

/** What an executor takes on its device, before a real step has corrected it. */
export function executorFootprint(
  executor: 'onnxruntime' | 'tfjs',
  trainsOn: 'cpu' | 'gpu',
  graph: 'whole' | 'layered' = 'whole',
): ExecutorFootprint {
  if (executor === 'tfjs') return TFJS
  const whole = trainsOn === 'cpu' ? ONNXRUNTIME_CPU : ONNXRUNTIME_GPU
  // A layer's weights are fed as they are.
  return graph === 'whole' ? whole : { ...whole, weightCopies: 1 }
}
