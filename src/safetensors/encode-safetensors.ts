import { layOutTensors } from './layout.ts'
import { storedBytes, type WritableTensor } from './writable-tensor.ts'

/** Tensors as the bytes of a safetensors file; deterministic, and equal to the reference implementation's. */
export function encodeSafetensors(
  tensors: readonly WritableTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const { head, entries, totalBytes } = layOutTensors(tensors, metadata)
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  if (byName.size !== tensors.length) throw new RangeError('two tensors have the same name')
  const out = new Uint8Array(totalBytes)
  out.set(head, 0)
  for (const { name, offset } of entries) out.set(storedBytes(byName.get(name) as WritableTensor), offset)
  return out
}
