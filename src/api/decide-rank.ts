import type { ModuleShape } from '../adapter/module-shape.ts'
import type { Executor } from '../engine/executor.ts'
import type { Checkpoint } from '../model/checkpoint.ts'
import { calibrate } from '../rank/calibrate.ts'
import { choosePlan } from '../rank/choose-plan.ts'
import { chooseRank, stepDown } from '../rank/choose-rank.ts'
import { executorFootprint } from '../rank/executor-footprint.ts'
import { explainRank } from '../rank/explain-rank.ts'
import type { FrozenBelow, MemoryModel } from '../rank/memory-model.ts'
import { probeMemory } from '../rank/probe-memory.ts'
import { planRanks } from '../rank/rank-plan.ts'
import { describeModel } from './describe-model.ts'

export interface RankQuestion {
  readonly checkpoint: Checkpoint
  readonly executor: Executor
  readonly modules: readonly ModuleShape[]
  /** Sequences that go through the model at once. */
  readonly batch: number
  /** Tokens of the longest sequence. */
  readonly length: number
  /** Ranks to choose from. Default: the policy's ladder. */
  readonly ladder?: readonly number[]
  /** The rank that what is added to the base can grow to, which lies frozen below the adapter. Default 0. */
  readonly frozenRank?: number
  /** What the user says of memory, such as `8GB`. */
  readonly memory?: string | undefined
  /** The rank that the user wants, whatever memory says. */
  readonly rank?: number | undefined
  /** The whole model in one graph, or a layer at a time. Default: whole where that fits. */
  readonly graph?: 'whole' | 'layered' | undefined
}

export interface RankDecision {
  readonly rank: number
  /** How to train at it. */
  readonly graph: 'whole' | 'layered'
  /** Why, line by line. */
  readonly reasons: readonly string[]
  /** The next rank below, after memory ran out. */
  stepDown(rank: number): number
  /**
   * The rank to go on with after one real step at `rank` made the process grow by `grownBytes`: the same, or a
   * lower one where the step took more than was foreseen. `frozenRank`: how much lay below the adapter in that step.
   */
  afterStep(rank: number, grownBytes: number, frozenRank: number): number
}

const LAYERED_REASON = 'trained a layer at a time, in less memory and more time'

/**
 * The rank that this machine's memory holds for a model.
 *
 * @throws {NoRankFitsError}, {RankAboveModuleError}, {RankOffLadderError}, {MemorySizeError}
 */
export async function decideRank(question: RankQuestion): Promise<RankDecision> {
  const {
    checkpoint,
    executor,
    modules,
    batch,
    length,
    ladder,
    frozenRank = 0,
    memory,
    rank,
    graph,
  } = question
  const trainsOn = /cuda|webgpu|gpu/.test(executor.device) ? 'gpu' : 'cpu'
  const model = describeModel(checkpoint, modules)
  const budget = await probeMemory({ memory, trainsOn })
  const planOf = (memoryModel: MemoryModel) => ({
    memoryModel,
    ...planRanks({ memory: memoryModel, budget, ...(ladder === undefined ? {} : { ladder }) }),
  })
  const frozenOf = (rank: number): { readonly frozen?: FrozenBelow } =>
    rank === 0 ? {} : { frozen: { rank, reservedRank: Math.max(...(ladder ?? [0])) } }
  const planFor = (graph: 'whole' | 'layered') =>
    planOf({
      model,
      training: { batch, length, graph },
      ...frozenOf(frozenRank),
      footprint: executorFootprint(executor.name, trainsOn, graph),
    })
  const plan = graph === undefined ? choosePlan([planFor('whole'), planFor('layered')], rank) : planFor(graph)
  const { memoryModel } = plan
  const choice = chooseRank(plan, rank)
  const chosen = memoryModel.training.graph ?? 'whole'
  return {
    rank: choice.rank,
    graph: chosen,
    reasons: [...explainRank(plan, choice), ...(chosen === 'layered' ? [LAYERED_REASON] : [])],
    stepDown: (from) => stepDown(plan, from).rank,
    afterStep: (at, grownBytes, below) => {
      // The process's growth says nothing of a GPU's memory.
      if (choice.decidedBy === 'user' || trainsOn === 'gpu') return at
      const { frozen, ...rest } = memoryModel
      const stepped = { ...rest, ...frozenOf(below) }
      const calibration = calibrate(stepped, at, memoryModel.footprint.overheadBytes + grownBytes)
      return Math.min(at, chooseRank(planOf({ ...memoryModel, calibration })).rank)
    },
  }
}
