import type { TensorEntry } from './header.ts'
import { MissingTensorError, UnsupportedDtypeError } from './safetensors-errors.ts'
import type { SafetensorsSource } from './safetensors-source.ts'
import { widenToFloat32, widenToFloat64 } from './widen.ts'

interface ReaderParts<Entry extends TensorEntry> {
  readonly label: string
  readonly tensors: ReadonlyMap<string, Entry>
  readonly metadata: Readonly<Record<string, string>>
  readonly read: (entry: Entry) => Uint8Array
  readonly close: () => void
}

/** A source over a way to read the bytes of one entry. */
export function tensorReader<Entry extends TensorEntry>(parts: ReaderParts<Entry>): SafetensorsSource<Entry> {
  const { label, tensors, metadata, read, close } = parts
  const entryOf = (name: string): Entry => {
    const entry = tensors.get(name)
    if (!entry) throw new MissingTensorError(label, name)
    return entry
  }
  const readAs = <T>(
    name: string,
    widen: (bytes: Uint8Array, dtype: TensorEntry['dtype']) => T | null,
  ): T => {
    const entry = entryOf(name)
    const values = widen(read(entry), entry.dtype)
    if (values === null) throw new UnsupportedDtypeError(label, name, entry.dtype)
    return values
  }
  return {
    label,
    tensors,
    metadata,
    readBytes: (name) => read(entryOf(name)),
    readFloat32: (name) => readAs(name, widenToFloat32),
    readFloat64: (name) => readAs(name, widenToFloat64),
    close,
  }
}
