import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { StrategyName } from '../src/aggregate/strategy.ts'
import type { CellRequest, CellResult } from './bench-aggregate/cell.ts'

/**
 * Seconds and peak memory of one module's aggregation, for peers × sizes, ranks mixed from 4 to 64. Each cell is a
 * process of its own, so that its peak memory is its own. In the same run: the way of the paper's code at the
 * smallest size (multiply the mean out, dense SVD), and the rate of the machine's float64 products.
 */
const { values: options } = parseArgs({
  options: {
    peers: { type: 'string', default: '4,16,64' },
    sizes: { type: 'string', default: '768,2048,4096' },
    ranks: { type: 'string', default: '4,8,16,32,64' },
    spectrum: { type: 'string', default: 'warm,flat' },
    'no-dense': { type: 'boolean', default: false },
    shape: { type: 'string' },
    strategy: { type: 'string', default: 'flexlora' },
    rank: { type: 'string', default: '16' },
    layers: { type: 'string' },
    'run-layers': { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
const numbers = (text: string): number[] => text.split(',').map(Number)
const say = (line: string) => process.stdout.write(`${line}\n`)

function measure(request: CellRequest): CellResult {
  const file = new URL('./bench-aggregate/cell.ts', import.meta.url).pathname
  const output = execFileSync(process.execPath, [file, JSON.stringify(request)], { encoding: 'utf8' })
  return JSON.parse(output) as CellResult
}

function table(): void {
  const ranks = numbers(options.ranks)
  say(
    '| spectrum | size | peers | Σranks | route | rounds | seconds | CPU seconds | GF/s of the machine | peak MB | residual |',
  )
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |')
  const seconds = new Map<string, number>()
  for (const spectrum of options.spectrum.split(',') as CellRequest['spectrum'][]) {
    for (const size of numbers(options.sizes)) {
      for (const peers of numbers(options.peers)) {
        const cell = measure({ spectrum, size, peers, ranks, dense: false })
        seconds.set(`${spectrum} ${size} ${peers}`, cell.cpuSeconds)
        const figures = [
          cell.seconds.toFixed(2),
          cell.cpuSeconds.toFixed(2),
          cell.rate.toFixed(0),
          cell.peakMegabytes.toFixed(0),
        ]
        const row = [spectrum, `${size}²`, peers, cell.stackRank, cell.route, cell.rounds, ...figures]
        say(`| ${[...row, cell.residual.toExponential(0)].join(' | ')} |`)
      }
    }
  }
  if (options['no-dense']) return
  const [size = 768, peers = 4] = [numbers(options.sizes)[0], numbers(options.peers)[0]]
  const spectrum = options.spectrum.split(',')[0] as CellRequest['spectrum']
  const dense = measure({ spectrum, size, peers, ranks, dense: true })
  const ratio = dense.cpuSeconds / (seconds.get(`${spectrum} ${size} ${peers}`) ?? Number.NaN)
  say(
    `dense SVD as the paper's code does it, ${size}², ${peers} peers: ${dense.cpuSeconds.toFixed(2)} s of CPU, ${ratio.toFixed(0)} times`,
  )
}

if (options.shape === undefined) table()
else {
  const { benchShape } = await import('./bench-aggregate/shape.ts')
  await benchShape({
    shape: options.shape,
    peers: numbers(options.peers)[0] ?? 16,
    ranks: numbers(options.rank),
    spectrum: options.spectrum.startsWith('warm') ? 'warm' : 'flat',
    ...(options['run-layers'] === undefined ? {} : { runLayers: Number(options['run-layers']) }),
    workers: Number(options.workers),
    strategy: options.strategy as StrategyName,
    ...(options.layers === undefined ? {} : { layers: Number(options.layers) }),
  })
}
