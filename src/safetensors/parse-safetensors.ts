import { accept, type Result, refuse } from '../base/result.ts'
import { MAX_HEADER_BYTES, PREFIX_BYTES, parseHeader, readHeaderLength } from './header.ts'
import type { SafetensorsSource } from './safetensors-source.ts'
import { tensorReader } from './tensor-reader.ts'

export interface ParseLimits {
  /** Longest header that is decoded. Default 100 MB, the format's own bound. */
  readonly maxHeaderBytes?: number
}

/**
 * Tensors out of bytes in memory. Bytes may come from anybody: whatever they are, the answer is a `Result`,
 * and nothing larger than the bytes themselves is allocated. Reads copy only where alignment asks for it:
 * do not change what they return.
 */
export function parseSafetensors(bytes: Uint8Array, limits: ParseLimits = {}): Result<SafetensorsSource> {
  const { maxHeaderBytes = MAX_HEADER_BYTES } = limits
  const headerBytes = readHeaderLength(bytes, Math.min(maxHeaderBytes, bytes.length))
  if (!headerBytes.ok) return headerBytes
  const bodyStart = PREFIX_BYTES + headerBytes.value
  if (bytes.length < bodyStart) return refuse('its header is cut off')
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, bodyStart))
  if (!header.ok) return header
  const { tensors, metadata, totalBytes } = header.value
  if (bytes.length !== totalBytes) {
    return refuse(`it has ${bytes.length} bytes where its header asks for ${totalBytes}`)
  }
  return accept(
    tensorReader({
      label: 'memory',
      tensors,
      metadata,
      read: ({ offset, length }) => bytes.subarray(offset, offset + length),
      close: () => {},
    }),
  )
}
