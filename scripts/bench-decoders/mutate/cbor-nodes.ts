export const BYTES = 2
export const LIST = 4
export const MAP = 5

/** One value of a CBOR encoding: where it lies. */
export interface CborNode {
  readonly at: number
  /** Where what follows its head begins. */
  readonly body: number
  readonly end: number
  readonly major: number
  readonly argument: number
  /** Of a map: keys and values in turn. */
  readonly children: readonly CborNode[]
}

const MOST_NODES = 4096

/** The head of a value (RFC 8949, §3), its argument in `width` bytes; the shortest form where no width is given. */
export function cborHead(major: number, argument: number, width?: number): Uint8Array {
  const bytes =
    width ?? (argument < 24 ? 0 : argument < 256 ? 1 : argument < 65_536 ? 2 : argument < 2 ** 32 ? 4 : 8)
  const out = new Uint8Array(1 + bytes)
  out[0] = (major << 5) | (bytes === 0 ? argument & 31 : 24 + Math.log2(bytes))
  let rest = BigInt(argument)
  for (let at = bytes; at > 0; at--) {
    out[at] = Number(rest & 255n)
    rest >>= 8n
  }
  return out
}

/** Every value of an encoding, outermost first; none where it is not well-formed or has very many. */
export function cborNodes(bytes: Uint8Array): readonly CborNode[] {
  const nodes: CborNode[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = (at: number, depth: number): CborNode => {
    if (depth > 24 || nodes.length > MOST_NODES) throw new RangeError('too much')
    const head = view.getUint8(at)
    const [major, info] = [head >> 5, head & 31]
    const width = info < 24 ? 0 : info < 28 ? 1 << (info - 24) : -1
    if (width < 0) throw new RangeError('indefinite')
    const argument = width === 0 ? info : argumentAt(view, at + 1, width)
    const body = at + 1 + width
    const count = major === LIST ? argument : major === MAP ? argument * 2 : 0
    const place = nodes.push({ at, body, end: 0, major, argument, children: [] }) - 1
    const children: CborNode[] = []
    let end = major === BYTES || major === 3 ? body + argument : body
    for (let child = 0; child < count; child++) {
      const node = read(end, depth + 1)
      children.push(node)
      end = node.end
    }
    if (end > bytes.length) throw new RangeError('cut')
    const node = { at, body, end, major, argument, children }
    nodes[place] = node
    return node
  }
  try {
    return read(0, 0).end === bytes.length ? nodes : []
  } catch {
    return []
  }
}

function argumentAt(view: DataView, at: number, width: number): number {
  if (width === 1) return view.getUint8(at)
  if (width === 2) return view.getUint16(at)
  return width === 4 ? view.getUint32(at) : Number(view.getBigUint64(at))
}
