import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { DataNotFoundError } from './data-errors.ts'

const EXTENSIONS = ['.jsonl', '.ndjson', '.json', '.txt', '.text']

/**
 * The data files behind the given paths, in the order given: a file as it is, whatever its name; of a
 * directory every `.jsonl`, `.ndjson`, `.json`, `.txt` and `.text` below it, sorted, hidden ones left out.
 */
export async function findDataFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const entry = await stat(path).catch((error) => {
      throw new DataNotFoundError(path, 'does not exist or cannot be read', error)
    })
    if (!entry.isDirectory()) {
      found.push(path)
      continue
    }
    const inside = await filesBelow(path)
    if (inside.length === 0) throw new DataNotFoundError(path, `holds no ${EXTENSIONS.join(', ')} file`)
    found.push(...inside)
  }
  return found
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const sorted = entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
  const found: string[] = []
  for (const entry of sorted) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(path)))
    else if (EXTENSIONS.includes(extname(entry.name).toLowerCase())) found.push(path)
  }
  return found
}
