import { setImmediate } from 'node:timers/promises'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Frees what nobody refers to, and says how many bytes are still in use. */
export async function collectGarbage(): Promise<number> {
  collect()
  // What buffers held is given back by another thread, and finalizers run between two turns.
  await setImmediate()
  collect()
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}
