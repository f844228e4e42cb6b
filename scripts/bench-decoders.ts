import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { allDecoders } from './bench-decoders/decoders/all-decoders.ts'
import { hexDump } from './bench-decoders/hex-dump.ts'
import { runShares } from './bench-decoders/run-shares.ts'
import { mergeResults, tableOf } from './bench-decoders/table.ts'
import type { Fault, Share, ShareResult } from './bench-decoders/worker.ts'

/**
 * Mutated inputs for every decoder of bytes from outside. Exits with 1 if one throws, hangs, takes more memory than it
 * may, reads more than its limit, or accepts two spellings of one value where there must be one.
 */
const { values: options } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1050000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(availableParallelism()) },
    only: { type: 'string', default: '' },
  },
})
const say = (line: string) => process.stdout.write(`${line}\n`)

const SHARE = 2_500
/** A worker may hold this much more after a share than before: caches that are bounded by count fill up. */
const MAX_KEPT_BYTES = 16 * 2 ** 20

const decoders = allDecoders.filter(({ name }) => name.includes(options.only))
const weights = decoders.reduce((sum, { weight = 1 }) => sum + weight, 0)
const shares = decoders.flatMap(({ name, weight = 1 }): Share[] => {
  const count = Math.ceil((Number(options.inputs) * weight) / weights)
  return Array.from({ length: Math.ceil(count / SHARE) }, (_, at) => ({
    decoder: name,
    from: at * SHARE,
    count: Math.min(SHARE, count - at * SHARE),
  }))
})

const results: ShareResult[] = []
const faults: Fault[] = []
const startMs = performance.now()
await runShares(shares, {
  seed: options.seed,
  workers: Number(options.workers),
  onResult: (result) => results.push(result),
  onFault: (fault) => faults.push(fault),
})

say(tableOf(decoders, results))
const { inputs, accepted } = mergeResults(results)
const seconds = (performance.now() - startMs) / 1_000
say(
  `${inputs} inputs, ${accepted} accepted, seed ${options.seed}, ${seconds.toFixed(0)} s on ${options.workers} threads`,
)
for (const { share, keptBytes } of results.filter((result) => result.keptBytes > MAX_KEPT_BYTES))
  faults.push({ decoder: share.decoder, index: share.from, what: `it keeps ${keptBytes} bytes`, bytes: null })
for (const { decoder, index, what, bytes } of faults) {
  say(`FAULT in ${decoder}, seed ${options.seed}, input ${index}: ${what}`)
  if (bytes !== null) say(hexDump(bytes))
}
say(faults.length === 0 ? 'no fault' : `${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1
