import type { Clock } from '../../base/clock.ts'
import { countLossTokens, type TokenExample } from '../batch/token-example.ts'
import { AdamW, type OptimizerState } from '../optimizer/adamw.ts'
import { clipByGlobalNorm } from '../optimizer/clip-by-global-norm.ts'
import { learningRateAt } from '../optimizer/learning-rate.ts'
import type { Parameters } from '../optimizer/parameters.ts'
import { accumulateGradients, type GradientsOf } from './accumulate-gradients.ts'
import { createBatchOrder } from './batch-order.ts'
import { checkPlan } from './check-plan.ts'
import { type GradientRule, ruledGradients } from './gradient-rule.ts'
import { createPace } from './pace.ts'
import { DivergedError, NothingToTrainError } from './train-errors.ts'
import { planTraining, type TrainingOptions, type TrainingPlan } from './training-options.ts'

/** What a training says after every step. */
export interface StepEvent {
  /** 1-based, within this call. */
  readonly step: number
  readonly of: number
  /** Mean cross-entropy of the step's tokens before the step, in nats. */
  readonly loss: number
  readonly learningRate: number
  /** Before clipping. */
  readonly gradientNorm: number
  /** Tokens that carried loss. */
  readonly tokens: number
  /** Smoothed over the last steps. */
  readonly msPerStep: number
  readonly secondsLeft: number
}

/** Where a training stopped, besides its parameters. */
export interface TrainingState {
  /** Steps done in this call. */
  readonly step: number
  readonly optimizer: OptimizerState
}

export interface TrainingOutcome {
  /** Steps done in this call. */
  readonly steps: number
  /** Sequences in the data that have something to learn: the weight of this training in an aggregate. */
  readonly samples: number
  /** Sequences that went through, repeated ones counted again. */
  readonly samplesSeen: number
  /** Tokens that carried loss. */
  readonly tokens: number
  /** Over all tokens of all steps, in nats; like the next two NaN where no step was left to do. */
  readonly meanLoss: number
  readonly firstLoss: number
  readonly lastLoss: number
  readonly ms: number
  readonly state: TrainingState
}

export interface Training {
  /** All that is trained; written in place. */
  readonly parameters: Parameters
  readonly gradientsOf: GradientsOf
  readonly data: readonly TokenExample[]
  readonly clock: Pick<Clock, 'nowMs'>
  readonly options?: TrainingOptions
  /** Default: gradients as the model gives them. */
  readonly rule?: GradientRule
  /** Told after every step; the next one waits for it. `state` copies the optimiser's, for a checkpoint. */
  readonly onStep?: (event: StepEvent, state: () => TrainingState) => void | Promise<void>
  readonly signal?: AbortSignal
  /** Go on from here: with the parameters of that moment, the same data and options, bit for bit as without a stop. */
  readonly resume?: TrainingState
}

/**
 * Trains parameters on data with AdamW, whatever they are parameters of.
 *
 * @throws NothingToTrainError, TrainingOptionError; DivergedError before the parameters are spoilt; the signal's
 * reason once it is aborted, with the parameters as the last finished step left them.
 */
export async function runTraining(training: Training): Promise<TrainingOutcome> {
  const { parameters, gradientsOf, clock, onStep, signal, resume, rule = {} } = training
  const data = training.data.filter(({ labels }) => countLossTokens(labels) > 0)
  if (data.length === 0) throw new NothingToTrainError(training.data.length)
  const plan = planTraining(training.options ?? {}, data.length)
  checkPlan(plan)
  const dataOf = createBatchOrder(data, plan)
  const optimizer = new AdamW(plan)
  if (resume !== undefined) optimizer.restore(resume.optimizer)
  const tally = createTally()
  const begunMs = clock.nowMs()
  const pace = createPace(clock)
  for (let step = resume?.step ?? 0; step < plan.steps; step++) {
    const at = plan.firstStep + step
    const stepData = dataOf(at)
    const { loss, gradients: given } = await accumulateGradients(
      stepData,
      parameters,
      gradientsOf,
      [plan.seed, at],
      signal,
    )
    signal?.throwIfAborted()
    const gradients = ruledGradients(rule, parameters, given)
    const learningRate = rateAt(at, plan)
    const gradientNorm = clipByGlobalNorm(gradients, plan.clipNorm)
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new DivergedError(step + 1, loss, gradientNorm, learningRate)
    }
    optimizer.step(parameters, gradients, learningRate)
    tally.add(loss, stepData.lossTokens, stepData.sequences)
    const done = step + 1
    const event = {
      step: done,
      of: plan.steps,
      loss,
      learningRate,
      gradientNorm,
      tokens: stepData.lossTokens,
    }
    await onStep?.({ ...event, ...pace.mark(plan.steps - done) }, () => stateAfter(done, optimizer))
  }
  const ms = clock.nowMs() - begunMs
  const steps = Math.max(resume?.step ?? 0, plan.steps)
  return { ...tally.total(), samples: data.length, ms, state: stateAfter(steps, optimizer) }
}

const stateAfter = (step: number, optimizer: AdamW): TrainingState => ({
  step,
  optimizer: optimizer.snapshot(),
})

const rateAt = (step: number, plan: TrainingPlan) =>
  learningRateAt(step, { ...plan, totalSteps: plan.scheduleSteps })

/** Sums over the steps of a training. */
function createTally() {
  let steps = 0
  let samplesSeen = 0
  let tokens = 0
  let lossSum = 0
  let firstLoss = Number.NaN
  let lastLoss = Number.NaN
  return {
    add(loss: number, stepTokens: number, sequences: number): void {
      if (steps === 0) firstLoss = loss
      lastLoss = loss
      steps++
      tokens += stepTokens
      samplesSeen += sequences
      lossSum += loss * stepTokens
    },
    total: () => ({ steps, samplesSeen, tokens, firstLoss, lastLoss, meanLoss: lossSum / tokens }),
  }
}
