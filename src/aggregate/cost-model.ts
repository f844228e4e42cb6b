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

/** Operations a second of the float64 product port (two AVX-512 threads, tall blocks). */
const PRODUCT_RATE = 5e10
/** Seconds of `ml-matrix`'s symmetric eigenproblem, by n³ (0.07 s at 256). */
const EIGEN_SECONDS = 4.2e-9
/** Seconds of its dense SVD, by n³ (0.05 s at 128). */
const SVD_SECONDS = 2.4e-8
/** Rounds and filter degree that flat spectra, the slow ones, were seen to take. */
/** Seconds of a pivoted Cholesky factor in JavaScript, by n³ (7 ms at 256). */
const CHOLESKY_SECONDS = 4e-10
/** Seconds of the small products' and calls' overhead, a round. */
const ROUND_SECONDS = 2e-3
const ITERATION_ROUNDS = 6
const FILTER_DEGREE = 8
/** After an exact start only the refinement and its check are left. */
const EXACT_ROUNDS = 2

/**
 * Predicted seconds of each route. With d×k the module, R the stack and l the block:
 * - `gram`: two R×R Gram matrices, one eigenproblem of order R, refinement on the factors;
 * - `core-iteration`: the Gram matrices, two Cholesky factors, iteration on the R×R core that they give, the same
 *   refinement;
 * - `dense-gram`: ΔW multiplied out, one eigenproblem of order min(d, k), refinement on ΔW;
 * - `factored-iteration`: filtered subspace iteration that applies the factors, 4(d+k)Rl operations each time;
 * - `dense-iteration`: the same on ΔW multiplied out, 4dkl operations each time (less where R > dk/(d+k)).
 */
export function routeSeconds({
  outFeatures: d,
  inFeatures: k,
  stackRank,
  block,
}: Problem): Record<Route, number> {
  const order = Math.min(d, k)
  const smallCore = SVD_SECONDS * block ** 3
  const factoredApply = (4 * (d + k) * stackRank * block) / PRODUCT_RATE
  const denseApply = (4 * d * k * block) / PRODUCT_RATE
  const formDense = (2 * d * k * stackRank) / PRODUCT_RATE
  const grams = (2 * (d + k) * stackRank ** 2) / PRODUCT_RATE
  const exact = (apply: number) => EXACT_ROUNDS * (apply / 2 + smallCore / 8)
  const iterated = (apply: number) =>
    ITERATION_ROUNDS * ((FILTER_DEGREE + 1) * apply + smallCore + ROUND_SECONDS)
  return {
    gram: grams + (4 * stackRank ** 3) / PRODUCT_RATE + EIGEN_SECONDS * stackRank ** 3 + exact(factoredApply),
    'core-iteration':
      grams +
      (2 * stackRank ** 3) / PRODUCT_RATE +
      2 * CHOLESKY_SECONDS * stackRank ** 3 +
      iterated((4 * stackRank ** 2 * block) / PRODUCT_RATE) +
      exact(factoredApply),
    'dense-gram':
      formDense + (2 * d * k * order) / PRODUCT_RATE + EIGEN_SECONDS * order ** 3 + exact(denseApply),
    'factored-iteration': iterated(factoredApply),
    'dense-iteration': formDense + iterated(denseApply),
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
