import { createTfjsExecutor } from '../../../src/engine/tfjs/tfjs-executor.ts'
import { describeExecutor } from '../engine/executor-contract.ts'

describeExecutor('tfjs', () => createTfjsExecutor({ device: 'tfjs' }))
