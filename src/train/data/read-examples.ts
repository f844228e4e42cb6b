import { type BadLine, BadLineError, EmptyDataError } from './data-errors.ts'
import type { Example } from './example.ts'
import { findDataFiles } from './find-data-files.ts'
import { readJson } from './read-json.ts'
import { readJsonl } from './read-jsonl.ts'
import { readText } from './read-text.ts'
import { createRecordReader } from './record-reader.ts'
import { sniffLayout } from './sniff-layout.ts'

export interface ReadOptions {
  /** Leave bad lines out instead of failing on the first. Default false. */
  readonly skipBadLines?: boolean
  /** Told of every line that is left out. */
  readonly onBadLine?: (bad: BadLine) => void
  /** Longest line that is read, in bytes. Default 16 MiB. */
  readonly maxLineBytes?: number
  /** Largest file that is one JSON value, in bytes. Default 256 MiB. */
  readonly maxFileBytes?: number
  /** How many worked examples of a Natural Instructions task are shown in its prompts. Default 0. */
  readonly positiveExamples?: number
  /** Stop after this many examples. Default: no limit. */
  readonly limit?: number
}

const MEBIBYTE = 2 ** 20

/**
 * Reads examples from files and directories, one after the other, without holding more than a line of a JSONL
 * or text file (a JSON file that is one value is read whole).
 *
 * Known layouts, told by their fields: `messages`; `prompt`/`completion`; Alpaca (`instruction`, `input`,
 * `output`); Dolly (`instruction`, `context`, `response`); Natural Instructions task files and rows; `text`.
 *
 * @throws BadLineError naming file and line, unless `skipBadLines`; MixedDataError; EmptyDataError for a file
 * without a usable record; DataNotFoundError; DataTooLargeError.
 */
export async function* readExamples(
  paths: string | readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<Example> {
  const files = await findDataFiles(typeof paths === 'string' ? [paths] : paths)
  let left = options.limit ?? Number.POSITIVE_INFINITY
  for (const file of files) {
    if (left <= 0) return
    let good = 0
    let bad = 0
    for await (const read of readFile(file, options)) {
      if (read instanceof BadLineError) {
        if (!options.skipBadLines) throw read
        options.onBadLine?.(read.evidence)
        bad++
        continue
      }
      yield read
      good++
      if (--left <= 0) return
    }
    if (good === 0) throw new EmptyDataError([file], bad)
  }
}

async function* readFile(file: string, options: ReadOptions): AsyncGenerator<Example | BadLineError> {
  const maxLineBytes = options.maxLineBytes ?? 16 * MEBIBYTE
  const maxFileBytes = options.maxFileBytes ?? 256 * MEBIBYTE
  const positiveExamples = options.positiveExamples ?? 0
  const records = createRecordReader(file)
  const layout = await sniffLayout(file, maxLineBytes)
  if (layout === 'jsonl') yield* readJsonl(file, maxLineBytes, records)
  else if (layout === 'json') yield* readJson(file, { maxFileBytes, positiveExamples }, records)
  else yield* readText(file, maxLineBytes)
}

export interface LoadedExamples {
  readonly examples: readonly Example[]
  /** The lines that were left out under `skipBadLines`. */
  readonly badLines: readonly BadLine[]
}

/** `readExamples` into memory, with the list of lines that were left out. */
export async function loadExamples(
  paths: string | readonly string[],
  options: ReadOptions = {},
): Promise<LoadedExamples> {
  const examples: Example[] = []
  const badLines: BadLine[] = []
  const onBadLine = (bad: BadLine) => {
    badLines.push(bad)
    options.onBadLine?.(bad)
  }
  for await (const example of readExamples(paths, { ...options, onBadLine })) examples.push(example)
  return { examples, badLines }
}
