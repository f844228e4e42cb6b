import type { Random } from '../../../src/base/random.ts'
import { cborHead, LIST, MAP } from './cbor-nodes.ts'
import { joined } from './joined.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const text = (content: string) => {
  const bytes = new TextEncoder().encode(content)
  return joined(cborHead(3, bytes.length), bytes)
}

/** Values at the edges of the format and of what schemas allow. */
const ODD = [
  ...[
    'fb7ff8000000000000',
    'fb7ff0000000000000',
    'fbfff0000000000000',
    'fb8000000000000000',
    'fb3ff0000000000000',
  ],
  ...[
    'f97e00',
    'f97c00',
    'fa7fc00000',
    'f93c00',
    'fb0000000000000001',
    'fb7fefffffffffffff',
    'fb3ff8000000000000',
  ],
  ...['00', '01', '17', '1818', '20', '3b001fffffffffffff', '1b001fffffffffffff', '1b001ffffffffffffe'],
  ...[
    '1bffffffffffffffff',
    '3bffffffffffffffff',
    '1a000f4240',
    '1a000f4241',
    'f4',
    'f5',
    'f6',
    'f7',
    'f8ff',
    'ff',
  ],
  ...['d82a450001711220', 'c249010000000000000000', '80', 'a0', '40', '60', '61ff', '62c328', '63efbbbf'],
  ...['a1695f5f70726f746f5f5fa0', 'a1616101', '818181', '5f4100ff', '1c', 'fc'],
].map(hex)
const TEXTS = [
  '',
  'x',
  '__proto__',
  '\u0000',
  '\u001b]0;x\u0007',
  '\u202e',
  'e\u0301',
  'x'.repeat(300),
  'x'.repeat(7_000),
]

/** A value that hardly anybody expects. */
export function oddValue(chance: Random): Uint8Array {
  const at = chance.integer(ODD.length + TEXTS.length + 1)
  if (at < ODD.length) return ODD[at] as Uint8Array
  if (at < ODD.length + TEXTS.length) return text(TEXTS[at - ODD.length] as string)
  const bytes = new Uint8Array([1, 31, 33, 63, 65, 129, 7_000][chance.integer(7)] as number)
  return joined(cborHead(2, bytes.length), bytes)
}

const COUNTS = [65, 300, 4_097, 16_000, 80_000]

/** Very many small values: what costs a careless reader most for each byte. */
export function flood(chance: Random): Uint8Array {
  const count = COUNTS[chance.integer(COUNTS.length)] as number
  if (chance.integer(3) === 0) return keys(count)
  const item = oddValue(chance)
  const items = Array.from({ length: Math.min(count, Math.ceil(100_000 / item.length)) }, () => item)
  return joined(cborHead(LIST, items.length), ...items)
}

/** A map of distinct keys in canonical order. */
function keys(count: number): Uint8Array {
  const names = Array.from({ length: Math.min(count, 20_000) }, (_, at) => (at + 1e5).toString())
  return joined(cborHead(MAP, names.length), ...names.flatMap((name) => [text(name), Uint8Array.of(0)]))
}
