import type { Decoder } from './decoder.ts'
import type { ShareResult } from './worker.ts'

const most = (numbers: readonly number[]) => numbers.reduce((max, one) => Math.max(max, one), 0)
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)

/** What several shares came to together. */
export function mergeResults(results: readonly ShareResult[]) {
  return {
    inputs: sum(results.map(({ share }) => share.count)),
    accepted: sum(results.map(({ accepted }) => accepted)),
    totalMs: sum(results.map(({ totalMs }) => totalMs)),
    slowestMs: most(results.map(({ slowestMs }) => slowestMs)),
    peakExtraBytes: most(results.map(({ peakExtraBytes }) => peakExtraBytes)),
    faults: sum(results.map(({ faults }) => faults.length)),
  }
}

/** A line for each decoder. */
export function tableOf(decoders: readonly Decoder[], results: readonly ShareResult[]): string {
  const rows = decoders.map(({ name, maxBytes }) => {
    const all = mergeResults(results.filter(({ share }) => share.decoder === name))
    const { inputs, accepted, slowestMs, totalMs, peakExtraBytes, faults } = all
    const extra = `${(peakExtraBytes / 2 ** 20).toFixed(1)}`
    const mean = Math.round((totalMs * 1_000) / Math.max(1, inputs))
    const slowest = Math.round(slowestMs * 1_000)
    return [name, maxBytes, inputs, accepted, inputs - accepted, mean, slowest, extra, faults]
  })
  const head = [
    'decoder',
    'limit, bytes',
    'inputs',
    'accepted',
    'refused',
    'mean µs',
    'slowest µs',
    'peak extra MiB',
    'faults',
  ]
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
