import type { Factors } from '../base/adapter.ts'
import type { Losses } from '../round/weights/weight-rule.ts'

/** One training step, for whoever watches. */
export interface TrainerStep {
  readonly step: number
  readonly of: number
  readonly loss: number
  readonly secondsLeft: number
}

export interface TrainingJob {
  readonly round: number
  /** Global factors to begin from, at the charter's largest rank; null: the first factors of the charter's seed. */
  readonly global: Factors | null
  readonly onStep: (step: TrainerStep) => void
  readonly signal: AbortSignal
}

export interface Trained {
  /** The peer's factors after training, at its rank. */
  readonly factors: Factors
  readonly rank: number
  /** How many examples it trained on: its weight in the average. */
  readonly samples: number
  /** Mean loss per token on the first and on the last step. */
  readonly losses?: Losses
}

/** The port through which a peer trains. It may train anything that ends in LoRA factors. */
export interface Trainer {
  /** @throws `signal.reason` once aborted; errors of the engine and of the data otherwise */
  train(job: TrainingJob): Promise<Trained>
  /** The peer's own part of global factors, as it would start to train from. */
  ownPart(global: Factors): Factors
}
