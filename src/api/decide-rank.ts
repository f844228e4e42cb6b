import type { ModuleShape } from '../adapter/module-shape.ts'
import type { Executor } from '../engine/executor.ts'
import type { Checkpoint } from '../model/checkpoint.ts'
import { calibrate } from '../rank/calibrate.ts'
import { chooseRank, stepDown } from '../rank/choose-rank.ts'
import { executorFootprint } from '../rank/executor-footprint.ts'
import { explainRank } from '../rank/explain-rank.ts'
import type { MemoryModel } from '../rank/memory-model.ts'
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
  /** What the user says of memory, such as `8GB`. */
  readonly memory?: string | undefined
  /** The rank that the user wants, whatever memory says. */
  readonly rank?: number | undefined
}

export interface RankDecision {
  readonly rank: number
  /** Why, line by line. */
  readonly reasons: readonly string[]
  /** The next rank below, after memory ran out. */
  stepDown(rank: number): number
  /**
   * The rank to go on with after one real step at `rank` made the process grow by `grownBytes`: the same, or a
   * lower one where the step took more than was foreseen.
   */
  afterStep(rank: number, grownBytes: number): number
}

/**
 * The rank that this machine's memory holds for a model.
 *
 * @throws {NoRankFitsError}, {RankAboveModuleError}, {RankOffLadderError}, {MemorySizeError}
 */
export async function decideRank(question: RankQuestion): Promise<RankDecision> {
  const { checkpoint, executor, modules, batch, length, ladder, memory, rank } = question
  const trainsOn = /cuda|webgpu|gpu/.test(executor.device) ? 'gpu' : 'cpu'
  const model: MemoryModel = {
    model: describeModel(checkpoint, modules),
    training: { batch, length },
    footprint: executorFootprint(executor.name, trainsOn),
  }
  const budget = await probeMemory({ memory, trainsOn })
  const planFor = (calibrated: MemoryModel) =>
    planRanks({ memory: calibrated, budget, ...(ladder === undefined ? {} : { ladder }) })
  const plan = planFor(model)
  const choice = chooseRank(plan, rank)
  return {
    rank: choice.rank,
    reasons: explainRank(plan, choice),
    stepDown: (from) => stepDown(plan, from).rank,
    afterStep: (at, grownBytes) => {
      // The process's growth says nothing of a GPU's memory.
      if (choice.decidedBy === 'user' || trainsOn === 'gpu') return at
      const calibration = calibrate(model, at, model.footprint.overheadBytes + grownBytes)
      return Math.min(at, chooseRank(planFor({ ...model, calibration })).rank)
    },
  }
}
