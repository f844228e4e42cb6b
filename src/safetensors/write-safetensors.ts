import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { TensorEntry } from './header.ts'
import { layOutTensors, type TensorShape } from './layout.ts'
import { storedBytes, type WritableTensor } from './writable-tensor.ts'

/** A file being written tensor by tensor, in any order. It appears under its name at `commit`, or never. */
export interface SafetensorsWriter {
  write(tensor: WritableTensor): void
  /** Syncs and renames. Throws where a tensor of the layout was not written. */
  commit(): void
  /** Removes what was written. Harmless after `commit`. */
  discard(): void
}

/** Starts a file whose tensors come one at a time, so that they need not be in memory together. */
export function createSafetensorsWriter(
  file: string,
  shapes: readonly TensorShape[],
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsWriter {
  const { head, entries } = layOutTensors(shapes, metadata)
  const missing = new Map(entries.map((entry) => [entry.name, entry]))
  const temporary = `${file}.${process.pid}.partial`
  const descriptor = openSync(temporary, 'w')
  let open = true
  const discard = () => {
    if (!open) return
    open = false
    closeSync(descriptor)
    rmSync(temporary, { force: true })
  }
  writeAll(descriptor, head, 0)
  return {
    discard,
    write(tensor) {
      const entry = missing.get(tensor.name)
      if (!entry || !sameTensor(entry, tensor)) {
        throw new RangeError(`${tensor.name} is not in the layout, or was written already`)
      }
      writeAll(descriptor, storedBytes(tensor), entry.offset)
      missing.delete(tensor.name)
    },
    commit() {
      if (missing.size > 0) throw new RangeError(`${[...missing.keys()][0]} was not written`)
      fsyncSync(descriptor)
      closeSync(descriptor)
      open = false
      renameSync(temporary, file)
      syncDirectory(dirname(file))
    },
  }
}

/** Writes a safetensors file so that a reader finds the whole file or none: aside, synced, then renamed. */
export function writeSafetensors(
  file: string,
  tensors: readonly WritableTensor[],
  metadata: Readonly<Record<string, string>> = {},
): void {
  const writer = createSafetensorsWriter(file, tensors, metadata)
  try {
    for (const tensor of tensors) writer.write(tensor)
    writer.commit()
  } catch (error) {
    writer.discard()
    throw error
  }
}

function sameTensor(entry: TensorEntry, tensor: TensorShape): boolean {
  return entry.dtype === tensor.dtype && entry.shape.join() === tensor.shape.join()
}

function writeAll(descriptor: number, bytes: Uint8Array, offset: number): void {
  let done = 0
  while (done < bytes.length) done += writeSync(descriptor, bytes, done, bytes.length - done, offset + done)
}

/** Makes the rename itself durable. Windows cannot open a directory, and needs no such call. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
