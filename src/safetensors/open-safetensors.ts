import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { PREFIX_BYTES, parseHeader, readHeaderLength, type SafetensorsHeader } from './header.ts'
import {
  InvalidSafetensorsError,
  MissingShardError,
  TruncatedSafetensorsError,
} from './safetensors-errors.ts'
import type { FileTensorEntry, SafetensorsSource } from './safetensors-source.ts'
import { tensorReader } from './tensor-reader.ts'

/** Node reads at most 2^31 − 1 bytes at once. */
const MAX_READ_BYTES = 2 ** 30

/**
 * Opens a safetensors file and reads its header only; tensors are read (synchronously) when asked for.
 * Throws `MissingShardError`, `TruncatedSafetensorsError` or `InvalidSafetensorsError`.
 */
export function openSafetensors(file: string): SafetensorsSource<FileTensorEntry> {
  const descriptor = openFile(file)
  try {
    const header = readHeader(descriptor, file)
    const tensors = new Map([...header.tensors].map(([name, entry]) => [name, { ...entry, file }]))
    return tensorReader({
      label: file,
      tensors,
      metadata: header.metadata,
      read: ({ offset, length }) => readRange(descriptor, file, offset, length),
      close: () => closeSync(descriptor),
    })
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new MissingShardError(file, null)
    throw error
  }
}

function readHeader(descriptor: number, file: string): SafetensorsHeader {
  const { size } = fstatSync(descriptor)
  if (size < PREFIX_BYTES) throw new TruncatedSafetensorsError(file, PREFIX_BYTES, size)
  const headerBytes = readHeaderLength(readRange(descriptor, file, 0, PREFIX_BYTES))
  if (!headerBytes.ok) throw new InvalidSafetensorsError(file, headerBytes.reason)
  const bodyStart = PREFIX_BYTES + headerBytes.value
  if (size < bodyStart) throw new TruncatedSafetensorsError(file, bodyStart, size)
  const header = parseHeader(readRange(descriptor, file, PREFIX_BYTES, headerBytes.value))
  if (!header.ok) throw new InvalidSafetensorsError(file, header.reason)
  const { totalBytes } = header.value
  if (size < totalBytes) throw new TruncatedSafetensorsError(file, totalBytes, size)
  if (size > totalBytes) {
    throw new InvalidSafetensorsError(file, `${size - totalBytes} bytes follow its last tensor`)
  }
  return header.value
}

function readRange(descriptor: number, file: string, offset: number, length: number): Uint8Array {
  // Memory that is not cleared first: every byte is read, or this throws.
  const out = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
  let done = 0
  while (done < length) {
    const want = Math.min(length - done, MAX_READ_BYTES)
    const got = readSync(descriptor, out, done, want, offset + done)
    if (got === 0) throw new TruncatedSafetensorsError(file, offset + length, offset + done)
    done += got
  }
  return out
}
