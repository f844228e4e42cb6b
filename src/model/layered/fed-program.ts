import type { Tensor } from '../../base/tensor.ts'
import type { Executor, Fetches } from '../../engine/executor.ts'
import { topologicalOrder } from '../../graph/topological-order.ts'
import type { Value } from '../../graph/value.ts'

/** Where a program's leaves come from, weights included. */
export type TensorOf = (name: string) => Tensor

/** A program without weights of its own, that asks for the value of every leaf. */
export interface FedProgram {
  run(tensorOf: TensorOf): Promise<Fetches>
  dispose(): Promise<void>
}

export async function compileFed(
  executor: Executor,
  outputs: Readonly<Record<string, Value>>,
): Promise<FedProgram> {
  const leaves = topologicalOrder(Object.values(outputs)).flatMap(({ operation }) =>
    operation.kind === 'input' || operation.kind === 'parameter' ? [operation.name] : [],
  )
  const names = [...new Set(leaves)]
  const program = await executor.compile(outputs, new Map())
  return {
    run: (tensorOf) => program.run(Object.fromEntries(names.map((name) => [name, tensorOf(name)]))),
    dispose: () => program.dispose(),
  }
}
