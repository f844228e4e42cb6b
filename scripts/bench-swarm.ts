import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import type { CellRequest, CellResult } from './bench-swarm/cell.ts'
import { KINDS } from './bench-swarm/profile-by-kind.ts'

/**
 * Time and memory of a swarm with churn, by its number of peers, and how they grow. Each size runs in a process of its
 * own, once for the figures and, with `--profile`, once more for what the time goes into.
 */
const { values: options } = parseArgs({
  options: {
    file: { type: 'string', default: 'peers/swarms/thousand.yaml' },
    peers: { type: 'string', default: '100,200,500,1000' },
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    profile: { type: 'boolean', default: false },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

function measure(peers: number, profile: boolean): CellResult {
  const script = new URL('./bench-swarm/cell.ts', import.meta.url).pathname
  const { file, rounds, seed } = options
  const request: CellRequest = { file, peers, rounds: Number(rounds), seed: Number(seed), profile }
  const output = execFileSync(process.execPath, [script, JSON.stringify(request)], { encoding: 'utf8' })
  return JSON.parse(output) as CellResult
}

/** The exponent of the straight line through the logarithms, by least squares. */
function growth(cells: readonly CellResult[], of: (cell: CellResult) => number): string {
  const points = cells.map((cell) => [Math.log(cell.peers), Math.log(of(cell))] as const)
  const mean = (at: 0 | 1) => points.reduce((sum, point) => sum + point[at], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const slope =
    points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) /
    points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  return slope.toFixed(2)
}

say(
  '| peers | rounds | seconds | CPU seconds | peak MB | events | messages | virtual s | failovers | joined | left |',
)
say('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
const sizes = options.peers.split(',').map(Number)
const cells: CellResult[] = []
for (const peers of sizes) {
  const cell = measure(peers, false)
  cells.push(cell)
  const { rounds, seconds, cpuSeconds, peakMegabytes, events, messages, virtualSeconds } = cell
  const figures = [seconds, cpuSeconds].map((value) => value.toFixed(1))
  const counts = [peakMegabytes.toFixed(0), events, messages, virtualSeconds.toFixed(0)]
  const row = [cell.peers, rounds, ...figures, ...counts, cell.failovers, cell.joined, cell.left]
  say(`| ${row.join(' | ')} |${cell.failure === null ? '' : ` ${cell.failure}`}`)
}
if (cells.length > 1)
  say(
    `\nIt grows like n to the power of: CPU seconds ${growth(cells, ({ cpuSeconds }) => cpuSeconds)}, messages ${growth(cells, ({ messages }) => messages)}, events ${growth(cells, ({ events }) => events)}, peak memory ${growth(cells, ({ peakMegabytes }) => peakMegabytes)}`,
  )
if (options.profile) {
  say(`\n| peers | ${KINDS.join(' | ')} |\n| --- |${' --- |'.repeat(KINDS.length)}`)
  for (const peers of sizes) {
    const { shares } = measure(peers, true)
    say(`| ${peers} | ${KINDS.map((kind) => `${Math.round(100 * (shares?.[kind] ?? 0))} %`).join(' | ')} |`)
  }
}
process.exitCode = cells.every(({ failure }) => failure === null) ? 0 : 1
