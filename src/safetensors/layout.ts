import { DTYPE_BYTES, type Dtype, dtypeOrder } from './dtype.ts'
import { PREFIX_BYTES, type TensorEntry } from './header.ts'

export interface TensorShape {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: readonly number[]
}

export interface Layout {
  /** The 8 bytes of length and the header. */
  readonly head: Uint8Array
  /** In the order of the file. */
  readonly entries: readonly TensorEntry[]
  readonly totalBytes: number
}

/**
 * Where each tensor goes, as the reference implementation lays files out: wider types first, then by name (UTF-8
 * order), header padded with spaces to 8 bytes. The same tensors give the same bytes, whatever order they come in.
 */
export function layOutTensors(
  tensors: readonly TensorShape[],
  metadata: Readonly<Record<string, string>> = {},
): Layout {
  const ordered = tensors.toSorted(
    (x, y) =>
      dtypeOrder(y.dtype) - dtypeOrder(x.dtype) || Buffer.compare(Buffer.from(x.name), Buffer.from(y.name)),
  )
  const fields: [string, unknown][] = []
  const keys = Object.keys(metadata).sort()
  if (keys.length > 0)
    fields.push(['__metadata__', Object.fromEntries(keys.map((key) => [key, metadata[key]]))])
  const placed: { shape: TensorShape; begin: number; length: number }[] = []
  let end = 0
  for (const shape of ordered) {
    const length = shape.shape.reduce((product, size) => product * size, DTYPE_BYTES[shape.dtype])
    placed.push({ shape, begin: end, length })
    fields.push([shape.name, { dtype: shape.dtype, shape: shape.shape, data_offsets: [end, end + length] }])
    end += length
  }
  const head = encodeHead(fields)
  const entries = placed.map(({ shape, begin, length }) => ({
    name: shape.name,
    dtype: shape.dtype,
    shape: shape.shape,
    offset: head.length + begin,
    length,
  }))
  return { head, entries, totalBytes: head.length + end }
}

/** Fields are written one by one: an object would move names that look like numbers to the front. */
function encodeHead(fields: readonly [string, unknown][]): Uint8Array {
  const body = fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')
  const json = new TextEncoder().encode(`{${body}}`)
  const padded = Math.ceil(json.length / 8) * 8
  const head = new Uint8Array(PREFIX_BYTES + padded).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true)
  head.set(json, PREFIX_BYTES)
  return head
}
