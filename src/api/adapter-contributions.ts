import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type OpenAdapter, openAdapter, WEIGHTS_FILE } from '../adapter/read-adapter.ts'
import type { StreamedContribution } from '../aggregate/aggregate-stream.ts'

/** `peft` directories whose modules are read when it is their turn. */
export interface OpenAdapters {
  readonly adapters: readonly OpenAdapter[]
  /** Of all weight files. */
  readonly bytes: number
  /** Those that count, weighed. */
  contributions(weights: readonly number[]): StreamedContribution[]
  close(): void
}

/** Throws what `openAdapter` throws. */
export function openAdapters(directories: readonly string[]): OpenAdapters {
  const adapters: OpenAdapter[] = []
  const close = () => {
    for (const adapter of adapters) adapter.close()
  }
  try {
    for (const directory of directories) adapters.push(openAdapter(directory))
    return {
      adapters,
      bytes: directories.reduce((sum, directory) => sum + statSync(join(directory, WEIGHTS_FILE)).size, 0),
      contributions: (weights) =>
        adapters
          .map(({ modules, read }, at) => ({
            peer: String(at).padStart(6, '0'),
            samples: weights[at] as number,
            modules,
            read,
          }))
          .filter(({ samples }) => samples > 0),
      close,
    }
  } catch (error) {
    close()
    throw error
  }
}
