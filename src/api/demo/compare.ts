import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Factors } from '../../base/adapter.ts'
import { loraParameters, loraSpec } from '../../model/lora-spec.ts'
import { openEvaluator } from '../../model/open-evaluator.ts'
import { openGenerator } from '../../model/open-generator.ts'
import { coderOf } from '../../train/batch/coder-of.ts'
import { loadExamples } from '../../train/data/read-examples.ts'
import { type Evaluation, evaluate } from '../../train/evaluate/evaluate.ts'
import { readAdapterFor } from '../linear-shapes.ts'
import { openSession, type Session } from '../open-session.ts'
import { trainAdapter } from '../train-adapter.ts'
import type { DemoPeer, PreparedDemo } from './prepare-demo.ts'
import { type Scores, scoresOf } from './scores.ts'

export interface Comparison {
  readonly name: string
  readonly rank: number
  readonly before: Scores
  /** Trained on the peer's own data alone, for as many steps as in the federation. */
  readonly alone: Scores
  /** Null where the peer has no federated adapter: its process ended before the first round did. */
  readonly federated: Scores | null
  readonly aloneAdapter: string
  readonly federatedAdapter: string | null
}

export interface CompareOptions {
  readonly demo: PreparedDemo
  /** The rank that every peer trained at, by name. */
  readonly rankOf: (name: string) => number
  readonly onProgress: (done: number, of: number, what: string) => void
  readonly signal: AbortSignal
}

/** How many models are trained and measured at the same time: one core each. */
const LANES = 2

/** What federation was worth: every peer's model before, trained alone, and federated, measured on held-out data. */
export async function compareAdapters(options: CompareOptions): Promise<Comparison[]> {
  const { demo, onProgress, signal } = options
  const model = demo.peers[0]?.definition.model as string
  const jobs = [...demo.peers.keys()]
  const comparisons: Comparison[] = []
  const of = 2 * demo.peers.length + 1
  let done = 0
  const advance = (what: string) => onProgress(++done, of, what)
  const before = await measureBase(model, demo, signal)
  advance('the base model')
  const lane = async () => {
    const session = await openSession({ model, threads: 1 })
    try {
      for (let at = jobs.shift(); at !== undefined; at = jobs.shift())
        comparisons[at] = await compareOne(session, options, at, before, advance)
    } finally {
      await session.close()
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return comparisons
}

async function measureBase(model: string, demo: PreparedDemo, signal: AbortSignal): Promise<Evaluation[]> {
  const session = await openSession({ model, threads: LANES })
  try {
    return await measure(session, demo, new Map(), signal)
  } finally {
    await session.close()
  }
}

async function compareOne(
  session: Session,
  { demo, rankOf, signal }: CompareOptions,
  at: number,
  before: readonly Evaluation[],
  advance: (what: string) => void,
): Promise<Comparison> {
  const peer = demo.peers[at] as DemoPeer
  const { name, directory } = peer.definition
  const rank = rankOf(name)
  const aloneAdapter = join(directory, 'alone')
  await trainAlone(peer, demo, rank, aloneAdapter, signal)
  const adapted = async (adapter: string) =>
    scoresOf(await measure(session, demo, readAdapterFor(session.checkpoint, adapter).factors, signal), at)
  const alone = await adapted(aloneAdapter)
  advance(`${name} alone`)
  const federatedAdapter = join(directory, 'adapter')
  const federated = existsSync(federatedAdapter) ? await adapted(federatedAdapter) : null
  advance(`${name} federated`)
  const kept = federated === null ? null : federatedAdapter
  return { name, rank, before: scoresOf(before, at), alone, federated, aloneAdapter, federatedAdapter: kept }
}

/** The same data, rank, steps and learning rate as in the federation, without the others. */
async function trainAlone(
  { definition, peerId }: DemoPeer,
  { federation }: PreparedDemo,
  rank: number,
  out: string,
  signal: AbortSignal,
): Promise<void> {
  const { training = {}, adapter, rounds = 1 } = federation
  const { steps = 50, clipNorm, ...rest } = training
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  await trainAdapter({
    ...given,
    model: definition.model,
    data: definition.data,
    out,
    rank,
    threads: 1,
    steps: rounds * steps,
    alpha: adapter?.alpha ?? 32,
    rsLora: adapter?.rsLora ?? false,
    targetModules: adapter?.targetModules ?? 'all-linear',
    clipNorm: clipNorm === undefined ? 1 : clipNorm || Number.POSITIVE_INFINITY,
    schedule: training.schedule ?? 'constant',
    seed: `${federation.seed}/${peerId}`,
    validationShare: 0,
    signal,
  })
}

/** An evaluation on every peer's held-out examples, in the peers' order. */
async function measure(
  { checkpoint, executor }: Session,
  { peers, evaluation }: PreparedDemo,
  factors: Factors,
  signal: AbortSignal,
): Promise<Evaluation[]> {
  const lora = loraSpec(factors)
  const coder = coderOf(checkpoint)
  const evaluator = openEvaluator(executor, checkpoint, { lora })
  const generator = await openGenerator(executor, checkpoint, { lora, parameters: loraParameters(factors) })
  const evaluations: Evaluation[] = []
  for (const { test } of peers) {
    const { examples } = await loadExamples(test)
    evaluations.push(
      await evaluate({ evaluator, generator, coder, factors, examples, options: evaluation, signal }),
    )
  }
  await Promise.all([evaluator.close(), generator.close()])
  return evaluations
}
