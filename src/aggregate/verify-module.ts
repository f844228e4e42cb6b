import type { ModuleFactors } from '../base/adapter.ts'
import type { Matrix, MatrixProduct } from '../base/matrix-product.ts'
import { type Random, random } from '../base/random.ts'
import { freeChance } from './aggregate-module.ts'
import { fillFreeDirections } from './free-directions.ts'
import type { LinearOperator } from './linear-operator.ts'
import { columnNorms, scaleColumns, scaleRows, unitColumns } from './matrix.ts'
import { type Mean, meanOperator } from './mean.ts'
import { deviation } from './orthonormalise.ts'
import { signBlock } from './random-block.ts'

/** Of σ₁: what float32 factors and an honest decomposition stay below, and tampering of 1e-5 does not. */
const TOLERANCE = 1e-6
/** Of what was added up: rounding of float64. */
const ROUNDING = 1e-12
const ORTHONORMAL = 2e-6
const FREE_DIRECTION = 1e-5
const PROBES = 2
const POWER_PROBES = 4
const POWER_STEPS = 8
/** How much more than σᵣ may lie in a direction that was left out. */
const LEFT_OUT = 1e-3

export interface VerifyModuleOptions {
  readonly rank: number
  readonly scaling: number
  /** The charter's seed. */
  readonly seed: string
  /** Whatever the aggregator could not foresee: the verifier's own chance, or a commitment made after the proposal. */
  readonly probeSeed: string
}

interface Proposal {
  readonly a: Matrix
  /** s·B. */
  readonly b: Matrix
  readonly sigma: Float64Array
  readonly live: number
}

/**
 * Why proposed factors are not the truncated SVD of a mean, or null where they are, by probes of
 * O((d+k)R) each (DESIGN §5): V and U orthonormal, W·V = UΣ and Wᵀ·U = VΣ on random combinations, nothing above σᵣ
 * left out (power iteration on what remains), free directions as the seed draws them. Products alone would not see
 * a leading direction that was dropped; each check sees what the others cannot.
 */
export async function verifyModule(
  module: string,
  source: Mean,
  proposed: ModuleFactors,
  options: VerifyModuleOptions,
  product: MatrixProduct,
): Promise<string | null> {
  const misfit = checkShape(source, proposed, options)
  if (misfit !== null) return misfit
  const proposal = readProposal(proposed)
  if (typeof proposal === 'string') return proposal
  const mean = meanOperator(source, product)
  const chance = random(options.probeSeed, 'probe', module)
  const tolerance = TOLERANCE * (proposal.sigma[0] ?? 0) + ROUNDING * source.scale
  return (
    (await checkOrthonormal(proposal, product)) ??
    (await checkTriplets(mean, proposal, tolerance, chance, product)) ??
    (await checkNothingLeftOut(mean, proposal, tolerance, chance, product)) ??
    checkFreeDirections(module, proposal, options.seed)
  )
}

function checkShape(
  { inFeatures, outFeatures }: Mean,
  proposed: ModuleFactors,
  { rank, scaling }: VerifyModuleOptions,
): string | null {
  const { a, b } = proposed
  const same = proposed.inFeatures === inFeatures && proposed.outFeatures === outFeatures
  if (!same || proposed.rank !== rank) return 'it has another shape or rank'
  if (Math.abs(proposed.scaling - scaling) > 1e-12 * scaling) return `its scaling is ${proposed.scaling}`
  if (a.length !== rank * inFeatures || b.length !== outFeatures * rank) return 'its factors are incomplete'
  return a.every(Number.isFinite) && b.every(Number.isFinite) ? null : 'it holds values that are not finite'
}

function readProposal({ rank, inFeatures, outFeatures, scaling, a, b }: ModuleFactors): Proposal | string {
  const scaledB: Matrix = { rows: outFeatures, columns: rank, data: Float64Array.from(b, (x) => x * scaling) }
  const sigma = columnNorms(scaledB)
  const live = sigma.filter((value) => value > 0).length
  for (let j = 1; j < rank; j++) {
    const [before, value] = [sigma[j - 1] as number, sigma[j] as number]
    if (value > before + TOLERANCE * (sigma[0] as number)) return `its direction ${j + 1} is out of order`
  }
  return { a: { rows: rank, columns: inFeatures, data: Float64Array.from(a) }, b: scaledB, sigma, live }
}

/** U, with columns of 0 for free directions. */
const leftVectors = ({ b, sigma }: Proposal): Matrix =>
  scaleColumns(
    b,
    sigma.map((value) => (value > 0 ? 1 / value : 0)),
  )

async function checkOrthonormal(proposal: Proposal, product: MatrixProduct): Promise<string | null> {
  const right = deviation(await product.multiply(proposal.a, proposal.a, { transposeB: true }))
  if (!(right <= ORTHONORMAL)) return `the rows of its A are not orthonormal (by ${right.toExponential(1)})`
  const left = leftVectors(proposal)
  const gram = await product.multiply(left, left, { transposeA: true })
  for (let j = proposal.live; j < gram.rows; j++) gram.data[j * gram.rows + j] = 1
  const off = deviation(gram)
  return off <= ORTHONORMAL ? null : `the columns of its B are not orthogonal (by ${off.toExponential(1)})`
}

/** W·V = UΣ and Wᵀ·U = VΣ, on random combinations of the directions. */
async function checkTriplets(
  mean: LinearOperator,
  proposal: Proposal,
  tolerance: number,
  chance: Random,
  product: MatrixProduct,
): Promise<string | null> {
  const { a, b, sigma } = proposal
  const mix = signBlock(a.rows, PROBES, chance)
  const right = await product.multiply(a, mix, { transposeA: true })
  const images = difference(await mean.apply(right), await product.multiply(b, mix))
  const left = await product.multiply(leftVectors(proposal), mix)
  const expected = await product.multiply(a, scaleRows(mix, sigma), { transposeA: true })
  const back = difference(await mean.applyTransposed(left), expected)
  const worst = Math.max(...columnNorms(images), ...columnNorms(back))
  return worst <= tolerance
    ? null
    : `it differs from the mean (a probe by ${relative(worst, proposal)} of σ₁)`
}

/** A lower bound of ‖W − UΣVᵀ‖ by power iteration: an honest truncation leaves at most σᵣ. */
async function checkNothingLeftOut(
  mean: LinearOperator,
  { a, b, sigma, live }: Proposal,
  tolerance: number,
  chance: Random,
  product: MatrixProduct,
): Promise<string | null> {
  const allowed = (live === sigma.length ? (sigma.at(-1) as number) * (1 + LEFT_OUT) : 0) + tolerance
  let probe = unitColumns(signBlock(mean.columns, POWER_PROBES, chance))
  for (let step = 0; step < POWER_STEPS; step++) {
    const image = difference(
      await mean.apply(probe),
      await product.multiply(b, await product.multiply(a, probe)),
    )
    const found = Math.max(...columnNorms(image))
    if (found > allowed) return `it left out a direction of length ${relative(found, { sigma })} of σ₁`
    const known = await product.multiply(a, await product.multiply(b, image, { transposeA: true }), {
      transposeA: true,
    })
    probe = unitColumns(difference(await mean.applyTransposed(image), known))
  }
  return null
}

function checkFreeDirections(module: string, { a, live }: Proposal, seed: string): string | null {
  const drawn = a.data.slice()
  fillFreeDirections(drawn, a.rows, a.columns, live, freeChance(seed, module))
  for (let i = live * a.columns; i < drawn.length; i++) {
    const off = Math.abs((drawn[i] as number) - (a.data[i] as number))
    if (off > FREE_DIRECTION) return 'its free directions are not those of the charter'
  }
  return null
}

function difference(x: Matrix, y: Matrix): Matrix {
  return { ...x, data: x.data.map((value, i) => value - (y.data[i] as number)) }
}

const relative = (value: number, { sigma }: Pick<Proposal, 'sigma'>): string =>
  (value / (sigma[0] || 1)).toExponential(1)
