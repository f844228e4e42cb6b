/**
 * How the mean of a round moves the global ΔW: as one step of an optimiser whose gradient is what the round would
 * change (FedOpt, arXiv 2003.00295, alg. 2).
 */
export interface ServerOptions {
  readonly optimiser: 'momentum' | 'adam' | 'yogi'
  /** η: 1 takes the whole step. */
  readonly learningRate: number
  /** Decay of the velocity, 0 up to 1. */
  readonly beta1: number
  /** Decay of the second moment, 0 up to 1; adam and yogi. */
  readonly beta2: number
  /** τ: added to the root of the second moment, which begins at τ²; adam and yogi. */
  readonly tau: number
  /** Largest rank of the velocity that travels. Default: none, so that nothing is lost. */
  readonly rank?: number
}
