import type { Random } from '../../../src/base/random.ts'
import type { Blind } from './blind.ts'
import { BYTES, type CborNode, cborHead, cborNodes, LIST, MAP } from './cbor-nodes.ts'
import { joined } from './joined.ts'
import { flood, oddValue } from './odd-cbor.ts'

/** What one value becomes. */
type Change = (bytes: Uint8Array, node: CborNode, chance: Random, other: Uint8Array) => Uint8Array | null

const pick = <T>(items: readonly T[], chance: Random): T => items[chance.integer(items.length)] as T
const whole = (bytes: Uint8Array, { at, end }: CborNode) => bytes.subarray(at, end)
const body = (bytes: Uint8Array, node: CborNode) => bytes.subarray(node.body, node.end)

/** One flood takes as long as a hundred other inputs. */
const FLOODS_ARE_RARE = 8
const HUGE = [2 ** 16, 2 ** 24, 2 ** 31, 2 ** 32 - 1, 2 ** 40, 2 ** 53 - 1, 2 ** 63, 2 ** 64 - 2048]

const inflate: Change = (bytes, node, chance) => {
  const argument = chance.integer(3) === 0 ? node.argument + 1 : pick(HUGE, chance)
  return joined(cborHead(node.major, argument, argument < 2 ** 32 ? 4 : 8), body(bytes, node))
}

const deflate: Change = (bytes, node) =>
  node.argument === 0 ? null : joined(cborHead(node.major, node.argument - 1), body(bytes, node))

const widen: Change = (bytes, node, chance) =>
  node.major === 7
    ? null
    : joined(cborHead(node.major, node.argument, pick([1, 2, 4, 8], chance)), body(bytes, node))

const indefinite: Change = (bytes, node) =>
  joined(Uint8Array.of((node.major << 5) | 31), body(bytes, node), Uint8Array.of(0xff))

const nest: Change = (bytes, node, chance) => {
  const layer = pick([Uint8Array.of(0x81), Uint8Array.of(0xa1, 0x61, 0x61)], chance)
  const depth = pick([1, 3, 11, 12, 13, 500, 5_000], chance)
  return joined(...Array.from({ length: depth }, () => layer), whole(bytes, node))
}

const replace: Change = (_, __, chance) => oddValue(chance)
const drown: Change = (_, __, chance) => (chance.integer(FLOODS_ARE_RARE) === 0 ? flood(chance) : null)

const graft: Change = (_, __, chance, other) => {
  const nodes = cborNodes(other)
  return nodes.length === 0 ? null : whole(other, pick(nodes, chance))
}

/** The entries of a map or the items of a list, each as its bytes. */
function partsOf(bytes: Uint8Array, { children, major }: CborNode): Uint8Array[] {
  const each = major === MAP ? 2 : 1
  return Array.from({ length: children.length / each }, (_, at) => {
    const [first, last] = [children[at * each] as CborNode, children[at * each + each - 1] as CborNode]
    return bytes.subarray(first.at, last.end)
  })
}

const ofParts = (major: number, parts: readonly Uint8Array[]) =>
  joined(cborHead(major, parts.length), ...parts)

const isGroup = ({ major, children }: CborNode) => (major === LIST || major === MAP) && children.length > 0

const twice: Change = (bytes, node, chance) => {
  if (!isGroup(node)) return null
  const parts = partsOf(bytes, node)
  const copies = Array.from({ length: pick([1, 1, 2, 70], chance) }, () => pick(parts, chance))
  return ofParts(node.major, [...parts, ...copies])
}

const swap: Change = (bytes, node, chance) => {
  if (!isGroup(node)) return null
  const parts = partsOf(bytes, node)
  const [one, other] = [chance.integer(parts.length), chance.integer(parts.length)]
  return ofParts(
    node.major,
    parts.with(one, parts[other] as Uint8Array).with(other, parts[one] as Uint8Array),
  )
}

const drop: Change = (bytes, node, chance) => {
  if (!isGroup(node)) return null
  const parts = partsOf(bytes, node)
  return ofParts(node.major, parts.toSpliced(chance.integer(parts.length), 1))
}

const NAMES = ['', 'x', 'v', '__proto__', 'constructor', 'toString', 'then', '\u001b[2J', 'k'.repeat(300)]

const add: Change = (bytes, node, chance) => {
  if (node.major !== MAP) return null
  const key = new TextEncoder().encode(pick(NAMES, chance))
  const entry = joined(cborHead(3, key.length), key, oddValue(chance))
  return ofParts(MAP, [...partsOf(bytes, node), entry])
}

/** Bytes inside of bytes: what a message carries. */
const inside: Change = (bytes, node, chance, other) => {
  if (node.major !== BYTES) return null
  const inner = mutateCbor(body(bytes, node), chance, other)
  return joined(cborHead(BYTES, inner.length), inner)
}

const CHANGES: readonly Change[] = [
  inflate,
  deflate,
  widen,
  indefinite,
  nest,
  replace,
  replace,
  replace,
  drown,
  graft,
  twice,
  swap,
  drop,
  add,
  inside,
]

/** One value of a CBOR encoding changed; the same bytes where they are no CBOR. */
export const mutateCbor: Blind = (bytes, chance, other) => {
  const nodes = cborNodes(bytes)
  if (nodes.length === 0) return bytes
  for (let tries = 0; tries < 8; tries++) {
    const node = pick(nodes, chance)
    const changed = pick(CHANGES, chance)(bytes, node, chance, other)
    if (changed !== null) return joined(bytes.subarray(0, node.at), changed, bytes.subarray(node.end))
  }
  return bytes
}
