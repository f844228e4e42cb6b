import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Cell, cellName } from './plan-cells.ts'
import type { CellResult } from './run-cell.ts'

/** Keeps a finished cell: whole or not at all, so that a stop leaves nothing half-written. */
export function keepCell(directory: string, result: CellResult): void {
  const file = fileOf(directory, result.cell)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}.part`, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(`${file}.${process.pid}.part`, file)
}

/** A cell's result, or null where it is not finished. */
export function loadCell(directory: string, cell: Cell): CellResult | null {
  try {
    return JSON.parse(readFileSync(fileOf(directory, cell), 'utf8')) as CellResult
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const fileOf = (directory: string, cell: Cell): string => join(directory, `${cellName(cell)}.json`)
