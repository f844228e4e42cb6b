import type { Random } from '../../../src/base/random.ts'

/** A change of a YAML text. */
type Change = (text: string, chance: Random) => string

const pick = <T>(items: readonly T[], chance: Random): T => items[chance.integer(items.length)] as T

const VALUES = [
  ...['.nan', '.inf', '-.inf', '0x10', '1e999', '-1', '0', '9007199254740993', '~', 'true', '""', '[]', '{}'],
  ...['!!binary aGk=', '!!set {a}', '!!js/function x', '!<tag:x> y', '*missing', '&a *a', '&a [*a]', '? [a]'],
  ...[
    '"\\0"',
    "'",
    '|',
    '>',
    '@',
    '%',
    '`',
    '<<: *a',
    '2026-11-21',
    '12:30:45',
    '__proto__',
    '(a+)+$',
    'x: y: z',
  ],
]

/** One line changed, so that the others still mean what they meant. */
function line(text: string, chance: Random, change: (line: string) => string): string {
  const lines = text.split('\n')
  const at = chance.integer(lines.length)
  return lines.with(at, change(lines[at] as string)).join('\n')
}

const value: Change = (text, chance) =>
  line(text, chance, (one) => one.replace(/:.*$/, () => `: ${pick(VALUES, chance)}`))

const deep: Change = (text, chance) => {
  const depth = pick([10, 10, 40, 200, 20_000], chance)
  const nested = pick(['[', '{a: ', '- ', '? ', '[{'], chance).repeat(depth)
  return line(text, chance, (one) => one.replace(/:.*$/, () => `: ${nested}`))
}

/** Each name stands for ten of the one before. */
const bomb: Change = (text, chance) => {
  const levels = pick([2, 4, 9], chance)
  const lines = Array.from(
    { length: levels },
    (_, at) => `a${at + 1}: &b${at + 1} [${`*b${at},`.repeat(10)}]`,
  )
  return `a0: &b0 [x,x,x]\n${lines.join('\n')}\n${text}`
}

const flood: Change = (text, chance) => {
  const item = pick(
    ['- x\n', 'k: v\n', '# c\n', '---\n', '&a x\n', '[', '\n', ' ', '\t', ': ', '!', '- - '],
    chance,
  )
  const at = chance.integer(text.length + 1)
  return text.slice(0, at) + item.repeat(pick([3, 10, 100, 100, 10_000], chance)) + text.slice(at)
}

const twice: Change = (text, chance) => line(text, chance, (one) => `${one}\n${one}`)
const shift: Change = (text, chance) =>
  line(text, chance, (one) => pick([' ', '  ', '\t', '- '], chance) + one)
const drop: Change = (text, chance) => line(text, chance, () => '')
const proto: Change = (text, chance) =>
  line(
    text,
    chance,
    (one) => `${one}\n${pick(['__proto__', 'constructor', '<<', 'toString'], chance)}: {a: 1}`,
  )

const CHANGES: readonly Change[] = [value, value, value, deep, bomb, flood, twice, shift, drop, proto]

export const mutateYaml: Change = (text, chance) => pick(CHANGES, chance)(text, chance)
