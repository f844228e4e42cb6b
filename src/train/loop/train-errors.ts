import { FlexswarmError } from '../../base/flexswarm-error.ts'

/** The loss or its gradient is no longer a number. The parameters are those before that step. */
export class DivergedError extends FlexswarmError<
  'TRAIN_DIVERGED',
  { step: number; loss: number; gradientNorm: number; learningRate: number }
> {
  constructor(step: number, loss: number, gradientNorm: number, learningRate: number) {
    super(
      'TRAIN_DIVERGED',
      `Training diverged at step ${step}: loss ${loss}, gradient norm ${gradientNorm}`,
      `Lower the learning rate (it was ${learningRate}), warm up for longer, or clip gradients at a smaller norm.`,
      { step, loss, gradientNorm, learningRate },
    )
  }
}

/** No sequence has a token to learn. */
export class NothingToTrainError extends FlexswarmError<'TRAIN_NO_DATA', { sequences: number }> {
  constructor(sequences: number) {
    super(
      'TRAIN_NO_DATA',
      `There is nothing to train on: ${sequences} sequences, none with a token to learn`,
      'Give examples with answers, and a maximum length of a few tokens at least.',
      { sequences },
    )
  }
}

/** An option is out of its range. */
export class TrainingOptionError extends FlexswarmError<'TRAIN_OPTION', { option: string; value: unknown }> {
  constructor(option: string, value: unknown, must: string) {
    super('TRAIN_OPTION', `${option} is ${value}`, `${option} must be ${must}.`, { option, value })
  }
}
