import { keepCell } from './cell-files.ts'
import { openLab } from './open-lab.ts'
import type { Cell } from './plan-cells.ts'
import { runCell } from './run-cell.ts'
import type { Settings } from './settings.ts'

/** What a worker process is told: a cell at a time. */
export interface CellJob {
  readonly model: string
  readonly directory: string
  readonly cell: Cell
  readonly settings: Settings
}

/** What it answers when the cell's file is written. */
export interface CellDone {
  readonly cell: Cell
  readonly seconds: number
  readonly unseenLoss: number
  readonly ownLoss: number
}

let lab: ReturnType<typeof openLab> | undefined
let busy = false

process.on('message', (job: CellJob) => void serve(job))
// Also when the first process was killed: finished cells are files, and half a cell is worth nothing.
process.on('disconnect', () => {
  if (busy) process.kill(process.pid, 'SIGKILL')
  else void end()
})

async function serve({ model, directory, cell, settings }: CellJob): Promise<void> {
  busy = true
  lab ??= openLab(model)
  const result = await runCell(await lab, cell, settings)
  keepCell(directory, result)
  busy = false
  const { seconds, unseen, own } = result
  process.send?.({ cell, seconds, unseenLoss: unseen.loss, ownLoss: own.loss } satisfies CellDone)
}

async function end(): Promise<void> {
  await (await lab)?.close()
  process.exit()
}
