import type { Evaluation } from '../../train/evaluate/evaluate.ts'

/** Figures of one model on one set of held-out examples. */
export interface Score {
  readonly loss: number
  readonly exactMatch: number
  readonly rougeL: number
}

/** A model on its peer's own tasks, and on the other peers'. */
export interface Scores {
  readonly own: Score
  readonly others: Score
}

/** The peer's own score, and the mean over the other peers' examples. */
export function scoresOf(evaluations: readonly Evaluation[], own: number): Scores {
  return {
    own: meanScore(evaluations.slice(own, own + 1)),
    others: meanScore(evaluations.filter((_, at) => at !== own)),
  }
}

function meanScore(evaluations: readonly Evaluation[]): Score {
  const mean = (value: (one: Evaluation) => number, weight: (one: Evaluation) => number) =>
    evaluations.reduce((sum, one) => sum + value(one) * weight(one), 0) /
    evaluations.reduce((sum, one) => sum + weight(one), 0)
  return {
    loss: mean(
      ({ loss }) => loss,
      ({ tokens }) => tokens,
    ),
    exactMatch: mean(
      ({ exactMatch }) => exactMatch ?? 0,
      ({ examples }) => examples,
    ),
    rougeL: mean(
      ({ rougeL }) => rougeL ?? 0,
      ({ examples }) => examples,
    ),
  }
}
