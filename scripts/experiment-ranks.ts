import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { loadCell } from './experiment-ranks/cell-files.ts'
import { type Cell, cellName, decisiveCells, planCells } from './experiment-ranks/plan-cells.ts'
import { tuningTable } from './experiment-ranks/report-tuning.ts'
import { runCells } from './experiment-ranks/run-cells.ts'
import { CONSTANT, FULL, QUICK, type Settings, settingsDigest } from './experiment-ranks/settings.ts'
import { TUNING_CELLS, TUNING_GRID } from './experiment-ranks/tuning-grid.ts'
import { writeReport } from './experiment-ranks/write-report.ts'

const inProject = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const say = (line: string) => process.stdout.write(`${line}\n`)

const options = new Command('experiment-ranks')
  .description(
    'Compares strategies under FlexLoRA’s four resource distributions. Goes on where it was stopped.',
  )
  .option('--seeds <list>', 'of tasks, ranks, sampling and first factors', '1,2,3')
  .option('--workers <number>', 'processes of one thread each; 0 reports what is finished', Number, 2)
  .option('--runs <directory>', 'where finished cells are kept', inProject('runs/experiment-ranks'))
  .option('--docs <directory>', 'where the report is written', inProject('docs/experiments'))
  .option('--model <directory>', 'the base model', inProject('peers/base-model'))
  .option('--only <federation>', 'cells of one federation')
  .option('--constant', 'the deciding cells with a rate that does not fall', false)
  .option('--tune', 'try learning rates and α on a seed of its own instead', false)
  .option('--quick', 'a tiny run that shows only that everything works', false)
  .parse()
  .opts<{
    seeds: string
    workers: number
    runs: string
    docs: string
    model: string
    only?: string
    constant: boolean
    tune: boolean
    quick: boolean
  }>()

const settings = options.quick ? QUICK : options.constant ? CONSTANT : FULL
const seeds = options.seeds.split(',')
const directoryOf = (given: Settings) => join(options.runs, settingsDigest(given))
const job = (given: Settings) => (cell: Cell) => ({
  model: options.model,
  directory: directoryOf(given),
  cell,
  settings: given,
})

if (options.tune) await tune()
else await runAndReport()

async function runAndReport(): Promise<void> {
  const planned = options.constant ? decisiveCells(seeds) : planCells(seeds)
  const cells = planned.filter(({ federation }) => federation === (options.only ?? federation))
  await runMissing(cells.map(job(settings)))
  const found = cells.map((cell) => ({ cell, result: loadCell(directoryOf(settings), cell) }))
  writeReport(options.docs, {
    name: options.constant ? 'ranks-constant' : 'ranks',
    command: `npm run experiment:ranks -- --seeds ${options.seeds}${options.constant ? ' --constant' : ''}`,
    seeds,
    settings,
    missing: found.flatMap(({ cell, result }) => (result === null ? [cell] : [])),
    results: found.flatMap(({ result }) => result ?? []),
  })
  say(`written to ${options.docs}`)
}

async function tune(): Promise<void> {
  await runMissing(TUNING_GRID.flatMap((tried) => TUNING_CELLS.map(job(tried))))
  say(tuningTable(directoryOf))
}

async function runMissing(jobs: readonly ReturnType<ReturnType<typeof job>>[]): Promise<void> {
  const missing = jobs.filter(({ directory, cell }) => loadCell(directory, cell) === null)
  say(`${jobs.length} cells, ${jobs.length - missing.length} finished before`)
  const startMs = performance.now()
  let finished = 0
  await runCells(missing, options.workers, ({ cell, seconds, unseenLoss, ownLoss }) => {
    finished++
    const minutesLeft = ((performance.now() - startMs) * (missing.length / finished - 1)) / 60_000
    say(
      `${cellName(cell)}: loss ${unseenLoss.toFixed(3)} unseen, ${ownLoss.toFixed(3)} own, ` +
        `${seconds.toFixed(0)} s; ${missing.length - finished} cells left, ${minutesLeft.toFixed(0)} min`,
    )
  })
}
