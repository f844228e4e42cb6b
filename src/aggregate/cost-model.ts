/** How the leading singular triplets of a module's mean are found. */
export type Route = 'gram' | 'core-iteration' | 'dense-gram' | 'factored-iteration' | 'dense-iteration'

export interface Problem {
  readonly outFeatures: number
  readonly inFeatures: number
  /** R: columns of the stack. */
  readonly stackRank: number
  /** l: columns of the block that is iterated on. */
  readonly block: number
}

/** Operations a second of the float64 product port, one AVX-512 thread, blocks of 32 columns. */
const PRODUCT_RATE = 3.5e10
/** The same in float32. */
const SINGLE_RATE = 8e10
/** Of Gram matrices, whose sides are long: float64. */
const GRAM_RATE = 5e10
/** Seconds of `ml-matrix`'s symmetric eigenproblem, by n³ (0.07 s at 256). */
const EIGEN_SECONDS = 4.2e-9
/** Seconds of its dense SVD, by n³ (0.05 s at 128). */
const SVD_SECONDS = 2.4e-8
/** Seconds of a pivoted Cholesky factor in JavaScript, by n³ (7 ms at 256). */
const CHOLESKY_SECONDS = 4e-10
/** Seconds of what JavaScript does with a block in a round, by its values (scaling, norms, differences). */
const BLOCK_SECONDS = 3e-8
/** Seconds of the small products' and calls' overhead, a round. */
const ROUND_SECONDS = 2e-3
/** Between decaying spectra (2 rounds of degree 1) and flat ones (6 of degree 8). */
const ITERATION_ROUNDS = 3
const FILTER_DEGREE = 4
/** After an exact start only the refinement and its check are left. */
const EXACT_ROUNDS = 2

/**
 * Predicted seconds of each route. With d×k the module, R the stack and l the block:
 * - `gram`: two R×R Gram matrices, one eigenproblem of order R, refinement on the factors;
 * - `core-iteration`: the Gram matrices, two Cholesky factors, iteration on the R×R core that they give, the same
 *   refinement;
 * - `dense-gram`: ΔW multiplied out, one eigenproblem of order min(d, k), refinement on ΔW;
 * - `factored-iteration`: filtered subspace iteration that applies the factors in float32, 4(d+k)Rl operations each
 *   time, and the same refinement in float64;
 * - `dense-iteration`: the same on ΔW multiplied out, all in float64, 4dkl operations each time.
 */
export function routeSeconds({
  outFeatures: d,
  inFeatures: k,
  stackRank,
  block,
}: Problem): Record<Route, number> {
  const order = Math.min(d, k)
  const smallCore = SVD_SECONDS * block ** 3
  const factoredApply = 4 * (d + k) * stackRank * block
  const denseApply = (4 * d * k * block) / PRODUCT_RATE
  const formDense = (2 * d * k * stackRank) / GRAM_RATE
  const grams = (2 * (d + k) * stackRank ** 2) / GRAM_RATE
  const exact = (apply: number) => EXACT_ROUNDS * (apply / 2 + smallCore / 8)
  const refined = exact(factoredApply / PRODUCT_RATE)
  const iterated = (apply: number, side: number) =>
    ITERATION_ROUNDS *
    ((FILTER_DEGREE + 1) * apply + smallCore + BLOCK_SECONDS * side * block + ROUND_SECONDS)
  return {
    gram: grams + (4 * stackRank ** 3) / GRAM_RATE + EIGEN_SECONDS * stackRank ** 3 + refined,
    'core-iteration':
      grams +
      (2 * stackRank ** 3) / GRAM_RATE +
      2 * CHOLESKY_SECONDS * stackRank ** 3 +
      iterated((4 * stackRank ** 2 * block) / PRODUCT_RATE, 2 * stackRank) +
      refined,
    'dense-gram':
      formDense + (2 * d * k * order) / GRAM_RATE + EIGEN_SECONDS * order ** 3 + exact(denseApply),
    'factored-iteration': iterated(factoredApply / SINGLE_RATE, d + k) + refined,
    'dense-iteration': formDense + iterated(denseApply, d + k),
  }
}

/** The cheapest route. Those that compress to the stack's size serve only while that is the smaller one. */
export function chooseRoute(problem: Problem): Route {
  const seconds = routeSeconds(problem)
  const order = Math.min(problem.outFeatures, problem.inFeatures)
  const routes = (Object.keys(seconds) as Route[]).filter(
    (route) => problem.stackRank <= order || !COMPRESSED.has(route),
  )
  return routes.reduce((best, route) => (seconds[route] < seconds[best] ? route : best))
}

const COMPRESSED: ReadonlySet<Route> = new Set(['gram', 'core-iteration'])
