import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadCell } from '../../../scripts/experiment-ranks/cell-files.ts'
import { openLab } from '../../../scripts/experiment-ranks/open-lab.ts'
import type { Cell } from '../../../scripts/experiment-ranks/plan-cells.ts'
import { runCell } from '../../../scripts/experiment-ranks/run-cell.ts'
import { runCells } from '../../../scripts/experiment-ranks/run-cells.ts'
import { QUICK } from '../../../scripts/experiment-ranks/settings.ts'
import { writeReport } from '../../../scripts/experiment-ranks/write-report.ts'

const model = fileURLToPath(new URL('../../../peers/base-model', import.meta.url))
const cells: readonly Cell[] = [
  { seed: 'test', federation: 'uniform', strategy: 'flexlora-residual' },
  { seed: 'test', federation: 'lowest', strategy: 'fedit' },
]

describe('the experiment of ranks, in small', function () {
  this.timeout(240_000)
  const directory = mkdtempSync(join(tmpdir(), 'experiment-ranks-'))
  after(() => rmSync(directory, { recursive: true }))

  it('finds the same in a process of its own as in this one, whatever ran before', async () => {
    const jobs = cells.map((cell) => ({ model, directory, cell, settings: QUICK }))
    await runCells(jobs, 1, () => {})
    const lab = await openLab(model)
    try {
      for (const cell of cells.toReversed()) {
        const { seconds: _, ...here } = await runCell(lab, cell, QUICK)
        const { seconds, ...there } = loadCell(directory, cell) ?? { seconds: 0 }
        deepEqual(there, here)
        ok(seconds > 0)
      }
    } finally {
      await lab.close()
    }
  })

  it('learns: losses fall from round to round', () => {
    for (const cell of cells) {
      const losses = loadCell(directory, cell)?.curve.map(({ ownLoss }) => ownLoss) ?? []
      equal(losses.length, QUICK.rounds)
      ok((losses[1] as number) < (losses[0] as number), String(losses))
    }
  })

  it('writes tables, plots and the figures behind them', () => {
    const results = cells.flatMap((cell) => loadCell(directory, cell) ?? [])
    writeReport(directory, {
      name: 'ranks',
      command: 'test',
      seeds: ['test'],
      settings: QUICK,
      missing: [],
      results,
    })
    ok(readFileSync(join(directory, 'ranks.md'), 'utf8').includes('| uniform | flexlora-residual | 1 |'))
    ok(readFileSync(join(directory, 'ranks-own-loss.svg'), 'utf8').startsWith('<svg'))
    equal(JSON.parse(readFileSync(join(directory, 'ranks.json'), 'utf8')).cells.length, cells.length)
  })
})
