import type { Random } from '../../../src/base/random.ts'

/** A change of a JSON text. */
type Change = (text: string, chance: Random) => string

const pick = <T>(items: readonly T[], chance: Random): T => items[chance.integer(items.length)] as T

const VALUES = [
  ...[
    '0',
    '-0',
    '-1',
    '0.5',
    '1e999',
    '-1e999',
    'NaN',
    'Infinity',
    '9007199254740991',
    '9007199254740992',
    '1e15',
  ],
  ...[
    '18446744073709551616',
    '[]',
    '{}',
    '[0]',
    '[[]]',
    'null',
    'true',
    '""',
    '"F32"',
    '"F8_E4M3"',
    '"(a+)+$"',
  ],
  ...[
    '{"toString":1,"valueOf":1}',
    '{"__proto__":1}',
    '[4294967296,4294967296]',
    '[-1]',
    '"\\ud800"',
    '"\\u0000"',
  ],
]
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  '',
  '0',
  '__metadata__',
  'length',
  '\\u0061',
  '(a+)+$',
  '.*',
]

/** Some value of the text, a number or a quoted word, by where it lies. */
function somewhere(text: string, chance: Random): readonly [number, number] {
  const found = [...text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|\[[^[\]]*\]|true|false|null/g)]
  const match = found.length === 0 ? undefined : pick(found, chance)
  return match === undefined ? [0, text.length] : [match.index, match.index + match[0].length]
}

function replacing(text: string, chance: Random, made: string): string {
  const [from, to] = somewhere(text, chance)
  return text.slice(0, from) + made + text.slice(to)
}

const value: Change = (text, chance) => replacing(text, chance, pick(VALUES, chance))

const deep: Change = (text, chance) => {
  const [open, close] = pick(
    [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const,
    chance,
  )
  const depth = pick([2, 2, 100, 1_000, 20_000], chance)
  return replacing(text, chance, `${open.repeat(depth)}0${close.repeat(depth)}`)
}

const flood: Change = (text, chance) => {
  const item = pick(['{},', '[],', '0,', '"",'], chance)
  return replacing(text, chance, `[${item.repeat(pick([3, 100, 100, 1_000, 20_000], chance))}0]`)
}

/** An entry put in after an opening brace: a key twice, or one that nobody expects. */
const entry: Change = (text, chance) => {
  const braces = [...text.matchAll(/\{/g)]
  if (braces.length === 0) return text
  const at = pick(braces, chance).index + 1
  const known = [...text.matchAll(/"([^"\\]*)":/g)].map((match) => match[1] ?? '')
  const key = pick(chance.integer(2) === 0 && known.length > 0 ? known : KEYS, chance)
  return `${text.slice(0, at)}"${key}":${pick(VALUES, chance)},${text.slice(at)}`
}

const blank: Change = (text, chance) => {
  const at = chance.integer(text.length + 1)
  return (
    text.slice(0, at) +
    pick([' ', '\n', '\t', '\u00a0', '\ufeff', ' '.repeat(2_000)], chance) +
    text.slice(at)
  )
}

const cut: Change = (text, chance) => {
  const [from, to] = somewhere(text, chance)
  return text.slice(0, from) + text.slice(to)
}

const CHANGES: readonly Change[] = [value, value, value, deep, flood, entry, entry, blank, cut]

export const mutateJson: Change = (text, chance) => pick(CHANGES, chance)(text, chance)
