import { simplify } from '../../graph/simplify.ts'
import type { Value } from '../../graph/value.ts'
import type { CompileOptions, Executor, Program } from '../executor.ts'
import type { WeightSource } from '../weight-source.ts'
import type { OnnxDevice } from './choose-device.ts'
import { chooseDevice } from './choose-device.ts'
import { emitGraph } from './emit-graph.ts'
import type { OnnxRuntime } from './load-onnxruntime.ts'
import { loadOnnxRuntime } from './load-onnxruntime.ts'
import { encodeOnnxModel } from './onnx-model.ts'
import { attempt, createOnnxProgram } from './onnx-program.ts'
import { packsWeights } from './packing.ts'
import { sessionOptions } from './session-options.ts'
import { stageWeights } from './stage-weights.ts'

export interface OnnxExecutorOptions {
  /** Default: the first of cuda, webgpu and cpu that works here. */
  readonly device?: OnnxDevice
  /** Threads within an operator. Default: one a core. */
  readonly threads?: number
  /**
   * `fused`: ONNX Runtime's own operators too; `plain`: only those of ONNX.
   * Default: `plain` on webgpu, where the others fall back to the CPU, else `fused`.
   */
  readonly operators?: 'fused' | 'plain'
  /** Where to write a profile of every operator, for measurements. Default: none. */
  readonly profilePrefix?: string
}

/** An executor on onnxruntime-node, in this thread: its runs block it. See `openEngine` for one that does not. */
export async function createOnnxExecutor(options: OnnxExecutorOptions = {}): Promise<Executor> {
  const ort = await loadOnnxRuntime()
  const device = await chooseDevice(ort, options.device)
  const programs = new Set<Program>()
  return {
    name: 'onnxruntime',
    device,
    async compile(outputs, weights, compileOptions = {}) {
      const program = await compile({ ort, outputs, weights, compileOptions, device, options })
      const tracked = { run: program.run, dispose: () => forget(programs, tracked, program) }
      programs.add(tracked)
      return tracked
    },
    async close() {
      for (const program of programs) await program.dispose()
    },
  }
}

async function forget(programs: Set<Program>, tracked: Program, program: Program): Promise<void> {
  if (programs.delete(tracked)) await program.dispose()
}

interface Compilation {
  readonly ort: OnnxRuntime
  readonly outputs: Readonly<Record<string, Value>>
  readonly weights: WeightSource
  readonly compileOptions: CompileOptions
  readonly device: OnnxDevice
  readonly options: OnnxExecutorOptions
}

async function compile(compilation: Compilation): Promise<Program> {
  const { ort, outputs, weights, compileOptions, device, options } = compilation
  const { dims = {} } = compileOptions
  const names = Object.keys(outputs)
  const values = simplify(Object.values(outputs))
  const named = new Map(values.map((value, place) => [names[place] ?? '', value]))
  const { operators = device === 'webgpu' ? 'plain' : 'fused' } = options
  const fused = operators === 'fused'
  const packWeights = packsWeights(values)
  const emitted = emitGraph(named, {
    fused,
    dims,
    flip: fused && device === 'cpu' && !packWeights,
  })
  const staged = stageWeights(emitted.weights, weights)
  try {
    const { nodes, initializers } = emitted.model
    const bytes = encodeOnnxModel({
      ...emitted.model,
      nodes: [...staged.casts, ...nodes],
      initializers: [...initializers, ...staged.initializers],
    })
    const settings = {
      packWeights,
      device,
      threads: options.threads,
      folder: staged.folder,
      profilePrefix: options.profilePrefix,
    }
    const session = await attempt(() => ort.InferenceSession.create(bytes, sessionOptions(settings)))
    // What is mapped outlives its name, except on Windows; so nothing is left behind by a crash.
    if (process.platform !== 'win32') staged.dispose()
    return createOnnxProgram({ ort, session, emitted, dims, onDispose: staged.dispose })
  } catch (error) {
    staged.dispose()
    throw error
  }
}
