import { parentPort, workerData } from 'node:worker_threads'
import { collectGarbage } from './collect-garbage.ts'
import { allDecoders } from './decoders/all-decoders.ts'
import { judge } from './judge.ts'
import { mutant } from './mutate/mutant.ts'
import { shrink } from './shrink.ts'

/** A stretch of one decoder's inputs. */
export interface Share {
  readonly decoder: string
  readonly from: number
  readonly count: number
}

export interface Fault {
  readonly decoder: string
  readonly index: number
  readonly what: string
  /** The shortest input found that still fails; null where the worker did not survive it. */
  readonly bytes: Uint8Array | null
}

export interface ShareResult {
  readonly share: Share
  readonly accepted: number
  readonly slowestMs: number
  readonly totalMs: number
  readonly peakExtraBytes: number
  /** In use after the share more than before, garbage collected. */
  readonly keptBytes: number
  readonly faults: readonly Fault[]
}

/** `progress[0]` is the input that is being read, for the one who watches. */
const { seed, progress } = workerData as { readonly seed: string; readonly progress: Int32Array }
const MOST_FAULTS = 3

async function work(share: Share): Promise<ShareResult> {
  const decoder = allDecoders.find(({ name }) => name === share.decoder)
  if (decoder === undefined) throw new RangeError(`there is no decoder ${share.decoder}`)
  const faults: Fault[] = []
  let [accepted, slowestMs, totalMs, peakExtraBytes] = [0, 0, 0, 0]
  const before = await collectGarbage()
  for (let index = share.from; index < share.from + share.count; index++) {
    Atomics.store(progress, 0, index)
    const bytes = mutant(decoder, seed, index)
    const judged = judge(decoder, bytes)
    if (judged.accepted) accepted++
    totalMs += judged.ms
    slowestMs = Math.max(slowestMs, judged.ms)
    peakExtraBytes = Math.max(peakExtraBytes, judged.extraBytes)
    if (judged.fault === null || faults.length >= MOST_FAULTS) continue
    const same = judged.fault.slice(0, 24)
    const short = shrink(bytes, (shorter) => judge(decoder, shorter).fault?.startsWith(same) === true)
    faults.push({ decoder: decoder.name, index, what: judged.fault, bytes: short })
  }
  const keptBytes = (await collectGarbage()) - before
  return { share, accepted, slowestMs, totalMs, peakExtraBytes, keptBytes, faults }
}

/** A worker that throws is ended, which the one who watches counts as a fault. */
async function serve(share: Share): Promise<void> {
  parentPort?.postMessage(await work(share))
}

parentPort?.on('message', (share: Share) => void serve(share))
