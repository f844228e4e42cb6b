import type { TensorEntry } from './header.ts'

/** A tensor in a file: enough to point ONNX external data at it. */
export interface FileTensorEntry extends TensorEntry {
  readonly file: string
}

/** Tensors to read by name, out of one file, several shards, or memory. Nothing is read before it is asked for. */
export interface SafetensorsSource<Entry extends TensorEntry = TensorEntry> {
  /** What messages call it: the file, the directory's index, or `memory`. */
  readonly label: string
  readonly tensors: ReadonlyMap<string, Entry>
  readonly metadata: Readonly<Record<string, string>>
  /** The stored bytes. Throws `MissingTensorError`. */
  readBytes(name: string): Uint8Array
  /** As float32; float16 and bfloat16 are widened exactly. Throws also `UnsupportedDtypeError`. */
  readFloat32(name: string): Float32Array
  /** As float64; float64 and integers below 2^53 stay exact. Throws also `UnsupportedDtypeError`. */
  readFloat64(name: string): Float64Array
  /** Lets the files go. Reading afterwards throws. */
  close(): void
}
