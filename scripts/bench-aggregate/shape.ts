import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { denseSvdSeconds } from './dense-svd-seconds.ts'
import { type ModuleOutcome, modulePool } from './module-pool.ts'
import { oracleError } from './oracle-error.ts'
import type { SyntheticModule } from './synthetic.ts'
import { writePeers } from './write-peers.ts'

export interface ShapeOptions {
  readonly shape: string
  readonly peers: number
  /** One rank for all, or several that are dealt out in turn. */
  readonly ranks: readonly number[]
  readonly spectrum: 'warm' | 'flat'
  /** Layers whose factors are written; the others read the same files again. Default: as many as fit 4 GB. */
  readonly layers?: number
  /** Layers that are aggregated. Default: all of the shape's. */
  readonly runLayers?: number
  readonly workers: number
}

type Size = readonly [module: string, outFeatures: number, inFeatures: number]

const SHAPES: Record<string, { readonly layers: number; readonly modules: readonly Size[] }> = {
  'llama-7b': {
    layers: 32,
    modules: [
      ...['q', 'k', 'v', 'o'].map((name): Size => [`self_attn.${name}_proj`, 4096, 4096]),
      ['mlp.gate_proj', 11_008, 4096],
      ['mlp.up_proj', 11_008, 4096],
      ['mlp.down_proj', 4096, 11_008],
    ],
  },
}
const MOST_BYTES = 4e9

/** Aggregates all modules of a model's shape, out of files, in worker threads, and checks some of them. */
export async function benchShape(options: ShapeOptions): Promise<void> {
  const { peers, ranks, spectrum, workers } = options
  const shape = SHAPES[options.shape]
  if (!shape) throw new Error(`no shape ${options.shape}; there is ${Object.keys(SHAPES).join(', ')}`)
  const perLayer = shape.modules.reduce((sum, [, d, k]) => sum + d + k, 0) * 4 * totalRank(peers, ranks)
  const layers = Math.min(shape.layers, options.runLayers ?? shape.layers)
  const written = Math.min(layers, options.layers ?? Math.max(1, Math.floor(MOST_BYTES / perLayer)))
  const modules = layerModules(shape.modules, written)
  const directory = mkdtempSync(join(tmpdir(), 'bench-aggregate-'))
  try {
    say(
      `${peers} peers, ranks ${ranks.join(' ')}, ${spectrum}: ${layers} of ${shape.layers} layers, out of files of ${written}`,
    )
    const files = writePeers(directory, modules, peers, ranks, spectrum)
    const jobs = Array.from({ length: layers }, (_, layer) => layer % written).flatMap((layer) =>
      modules.slice(layer * shape.modules.length, (layer + 1) * shape.modules.length),
    )
    const rank = Math.max(...ranks)
    const pool = modulePool({ files, rank, out: join(directory, 'out.safetensors'), workers })
    await pool.warm()
    const cpu = process.cpuUsage()
    const started = performance.now()
    const outcomes = await pool.run(jobs)
    const seconds = (performance.now() - started) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const memory = process.resourceUsage().maxRSS / 1024
    await pool.close()
    const busy = ((user + system) / 1e6).toFixed(1)
    say(`${jobs.length} modules in ${seconds.toFixed(1)} s (${busy} s of CPU), peak ${memory.toFixed(0)} MB`)
    describe(outcomes)
    for (const [, outFeatures, inFeatures] of distinct(shape.modules)) {
      const outcome = outcomes.find((one) => one.outFeatures === outFeatures && one.inFeatures === inFeatures)
      if (outcome) await compare(outcome, files, seconds / jobs.length)
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function compare(outcome: ModuleOutcome, files: readonly string[], seconds: number): Promise<void> {
  const { outFeatures, inFeatures } = outcome
  const error = oracleError(outcome, files)
  const dense = denseSvdSeconds(outFeatures, inFeatures)
  const checked =
    error === null ? 'stack too large for the oracle' : `off the SVD by ${error.toExponential(1)} of σ₁`
  const ratio = (dense / seconds).toFixed(0)
  say(
    `${outFeatures}×${inFeatures}: ${checked}; its dense SVD ${dense.toFixed(0)} s (from 768² by dk²), ${ratio} times`,
  )
}

function describe(outcomes: readonly ModuleOutcome[]): void {
  const routes = Map.groupBy(outcomes, ({ route }) => route)
  for (const [route, ones] of routes) {
    const worst = Math.max(...ones.map(({ residual }) => residual)).toExponential(1)
    const rounds = Math.max(...ones.map((one) => one.rounds))
    say(`${route}: ${ones.length} modules, at most ${rounds} rounds, residual at most ${worst}`)
  }
}

function layerModules(sizes: readonly Size[], layers: number): Omit<SyntheticModule, 'rank'>[] {
  return Array.from({ length: layers }, (_, layer) =>
    sizes.map(([name, outFeatures, inFeatures]) => ({
      label: `model.layers.${layer}.${name}`,
      outFeatures,
      inFeatures,
    })),
  ).flat()
}

const distinct = (sizes: readonly Size[]): readonly Size[] => [
  ...new Map(sizes.map((size) => [`${size[1]}×${size[2]}`, size])).values(),
]

const totalRank = (peers: number, ranks: readonly number[]): number =>
  Array.from({ length: peers }, (_, peer) => ranks[peer % ranks.length] as number).reduce(
    (sum, rank) => sum + rank,
    0,
  )

const say = (line: string) => process.stdout.write(`${line}\n`)
