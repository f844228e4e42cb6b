/**
 * How likely a committee is bad: so many of it lie that the others are no quorum (`src/round/roster/quorum.ts`). Its
 * members are drawn from the roster without putting back: the upper tail of a hypergeometric distribution.
 */
import { parseArgs } from 'node:util'
import { liarsTolerated } from '../src/round/roster/quorum.ts'

const { values } = parseArgs({ options: { roster: { type: 'string', default: '1000' } } })
const roster = Number(values.roster)
const SIZES = [16, 32, 64, 128, 256]
const SHARES = [0.1, 0.15, 0.2, 0.25, 0.3]

const logFactorials = [0]
for (let n = 1; n <= roster; n++) logFactorials.push((logFactorials[n - 1] as number) + Math.log(n))
const logFactorial = (n: number): number => logFactorials[n] as number
const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k)

/** P[at least `bad` of the committee lie]. */
function tail(size: number, liars: number, bad: number): number {
  let sum = 0
  for (let k = bad; k <= Math.min(size, liars); k++) {
    if (size - k > roster - liars) continue
    sum += Math.exp(logChoose(liars, k) + logChoose(roster - liars, size - k) - logChoose(roster, size))
  }
  return sum
}

const show = (probability: number): string => (probability < 1e-99 ? '0' : probability.toExponential(0))
const rows = SIZES.filter((size) => size <= roster).map((size) => {
  const bad = liarsTolerated('byzantine', size) + 1
  return [`${size}`, ...SHARES.map((share) => show(tail(size, Math.round(share * roster), bad)))]
})
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
process.stdout.write(`a roster of ${roster}\n`)
process.stdout.write(line(['committee', ...SHARES.map((share) => `${share * 100} % lie`)]))
process.stdout.write(line(['---', ...SHARES.map(() => '---:')]))
for (const row of rows) process.stdout.write(line(row))
