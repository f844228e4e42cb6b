import { openSession, type Session } from '../../src/api/open-session.ts'
import type { Factors } from '../../src/base/adapter.ts'
import type { MatrixProduct } from '../../src/base/matrix-product.ts'
import { openOnnxMatrixProduct } from '../../src/engine/matrix-product/onnx-matrix-product.ts'
import type { LinearModule } from '../../src/model/linear-module.ts'
import { loraSpec } from '../../src/model/lora-spec.ts'
import { openTrainable } from '../../src/model/open-trainable.ts'
import { resolveTargets } from '../../src/model/resolve-targets.ts'
import type { Trainable } from '../../src/model/trainable.ts'

/** What all peers of a process share: base model, engine, programs. */
export interface Lab {
  readonly session: Session
  readonly modules: readonly LinearModule[]
  readonly product: MatrixProduct
  /** The compiled training of factors of this rank and scaling; kept for the next peer like it. */
  trainableFor(factors: Factors): Promise<Trainable>
  close(): Promise<void>
}

/** Opens the base model on one thread, so that a cell's numbers do not depend on what else runs. */
export async function openLab(model: string): Promise<Lab> {
  const session = await openSession({ model, engine: 'onnxruntime', device: 'cpu', threads: 1 })
  const product = await openOnnxMatrixProduct({ threads: 1 })
  const programs = new Map<string, Promise<Trainable>>()
  return {
    session,
    product,
    modules: resolveTargets(session.checkpoint.config, 'all-linear'),
    trainableFor(factors) {
      const lora = loraSpec(factors)
      const key = JSON.stringify([...lora].toSorted(([one], [other]) => (one < other ? -1 : 1)))
      const opened = programs.get(key) ?? openTrainable(session.executor, session.checkpoint, { lora })
      programs.set(key, opened)
      return opened
    },
    async close() {
      for (const program of programs.values()) await (await program).close()
      await product.close()
      await session.close()
    },
  }
}
