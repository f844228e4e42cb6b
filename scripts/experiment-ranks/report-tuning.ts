import { loadCell } from './cell-files.ts'
import type { Settings } from './settings.ts'
import { TUNING_CELLS, TUNING_GRID } from './tuning-grid.ts'

/** What each of the tried settings gave, in Markdown; the best is the least mean of all the row's losses. */
export function tuningTable(directoryOf: (settings: Settings) => string): string {
  const columns = TUNING_CELLS.map(({ federation, strategy }) => `${federation} ${strategy}`)
  const head = ['schedule', 'learning rate', ...columns.flatMap((name) => [`${name}: unseen`, 'own']), 'mean']
  const rows = TUNING_GRID.flatMap((settings) => {
    const cells = TUNING_CELLS.map((cell) => loadCell(directoryOf(settings), cell))
    const losses = cells.flatMap((cell) => (cell === null ? [] : [cell.unseen.loss, cell.own.loss]))
    if (losses.length < 2 * cells.length) return []
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
    const { schedule, learningRate } = settings.training
    return [[schedule, String(learningRate), ...[...losses, mean].map((loss) => loss.toFixed(3))]]
  })
  const line = (fields: readonly string[]) => `| ${fields.join(' | ')} |`
  return [line(head), line(head.map(() => '---:')), ...rows.map(line)].join('\n')
}
