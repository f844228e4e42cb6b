import type { Executor, Program } from '../engine/executor.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Differentiator } from './differentiator.ts'
import { type TrainingGraphOptions, trainingOutputs } from './training-graph.ts'

/** One program of the whole model, for the most chunks asked for so far: every program holds the weights once more. */
export async function differentiateWhole(
  executor: Executor,
  checkpoint: Checkpoint,
  options: Omit<TrainingGraphOptions, 'chunks'>,
): Promise<Differentiator> {
  const compile = async (chunks: number): Promise<{ program: Program; chunks: number }> => {
    const outputs = trainingOutputs(checkpoint, { ...options, chunks })
    return { program: await executor.compile(outputs, checkpoint.weights), chunks }
  }
  let current = await compile(1)
  return {
    async prepare(chunks) {
      if (chunks > current.chunks) {
        await current.program.dispose()
        current = await compile(chunks)
      }
      return current.chunks
    },
    run: (feeds) => current.program.run(feeds),
    close: () => current.program.dispose(),
  }
}
