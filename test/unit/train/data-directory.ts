import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A temporary directory of data files. */
export function dataDirectory() {
  const path = mkdtempSync(join(tmpdir(), 'flexswarm-data-'))
  return {
    path,
    /** Writes a file and answers its path; objects become JSON, a list of lines is joined. */
    write(name: string, content: string | Buffer | object): string {
      const file = join(path, name)
      mkdirSync(dirname(file), { recursive: true })
      const isRaw = typeof content === 'string' || Buffer.isBuffer(content)
      writeFileSync(file, isRaw ? content : JSON.stringify(content, null, 1))
      return file
    },
    remove: () => rmSync(path, { recursive: true }),
  }
}

/** Records as JSONL. */
export const jsonl = (...records: readonly object[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')
