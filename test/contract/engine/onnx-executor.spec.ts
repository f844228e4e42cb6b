import { createOnnxExecutor } from '../../../src/engine/onnxruntime/onnx-executor.ts'
import { openEngine } from '../../../src/engine/open-engine.ts'
import { describeExecutor } from './executor-contract.ts'

describeExecutor('onnxruntime', () => createOnnxExecutor({ device: 'cpu' }))
describeExecutor('onnxruntime, plain operators', () =>
  createOnnxExecutor({ device: 'cpu', operators: 'plain' }),
)
describeExecutor('onnxruntime thread', () => openEngine({ engine: 'onnxruntime', device: 'cpu' }))
