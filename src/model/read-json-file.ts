import { existsSync, readFileSync } from 'node:fs'
import { InvalidModelFileError } from './model-errors.ts'

/** The value in a JSON file, or undefined where there is no such file. Throws `InvalidModelFileError`. */
export function readJsonFile(file: string): unknown {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new InvalidModelFileError(file, null, 'it is not JSON', { cause: error })
  }
}
