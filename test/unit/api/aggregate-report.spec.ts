import { deepEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import type { ModuleReport } from '../../../src/aggregate/aggregate-report.ts'
import { energyOfAll, ranksOf, summariseContributions } from '../../../src/api/report/aggregate-report.ts'
import { aggregateReportSvg } from '../../../src/api/report/aggregate-report-svg.ts'
import { describeAggregateReport } from '../../../src/cli/report/describe-aggregate-report.ts'

function moduleReport(module: string, norm: number, cosines: Record<string, number>): ModuleReport {
  const peers = Object.entries(cosines)
  return {
    module,
    norm,
    energyKept: [
      { rank: 4, share: 0.5 },
      { rank: 8, share: norm > 1 ? 1 : 0.8 },
    ],
    meanRank: norm > 1 ? 12 : null,
    effectiveRank: norm > 1 ? 7.25 : null,
    cosineTo: 'mean',
    contributions: peers.map(([peer, cosine]) => ({ peer, weight: 1 / peers.length, norm: 3, cosine })),
    route: 'gram',
    rounds: 1,
    residual: 1e-9,
  }
}

const MODULES = [
  moduleReport('model.layers.0.self_attn.q_proj', 2, { ann: 0.9, bob: 0.2, eve: -0.8 }),
  moduleReport('model.layers.1.self_attn.q_proj', 1, { ann: 0.7, bob: 0.4, eve: -0.6 }),
  moduleReport('lm_head', 0, { ann: 0.8, bob: 0.3, eve: -0.7 }),
]

describe('the report of an aggregate', () => {
  it('puts the contributions that agree least with the mean first', () => {
    const [first, ...rest] = summariseContributions(MODULES)
    equal(first?.peer, 'eve')
    deepEqual([first?.lowest, first?.median, first?.highest], [-0.8, -0.7, -0.6])
    equal(first?.lowestModule, 'model.layers.0.self_attn.q_proj')
    ok(Math.abs((first?.norm ?? 0) - Math.sqrt(27)) < 1e-12)
    deepEqual(
      rest.map(({ peer }) => peer),
      ['bob', 'ann'],
    )
  })

  it('weighs the energy that a rank keeps by what each module has', () => {
    deepEqual(ranksOf(MODULES), [4, 8])
    equal(energyOfAll(MODULES, 4), 0.5)
    equal(energyOfAll(MODULES, 8), (4 * 1 + 1 * 0.8) / 5)
    equal(energyOfAll([moduleReport('q', 0, { ann: 1 })], 4), 1)
  })

  it('is drawn as well-formed SVG, whatever names it holds', () => {
    const hostile = moduleReport('<script>&"', 2, { '</text><b>': 0.5 })
    const svg = aggregateReportSvg({ title: 'Round <3>', modules: [...MODULES, hostile] })
    doesNotMatch(svg, /<script|<b>|NaN|undefined|Infinity/)
    match(svg, /Round &lt;3&gt;/)
    for (const label of ['q_proj', 'layer 0', 'layer 1', 'lm_head', '7.3 / 12'])
      ok(svg.includes(label), label)
    const opened = svg.match(/<(?:svg|text|title)[ >]|<rect[^>]*[^/]>/g)?.length
    equal(opened, svg.match(/<\/(?:svg|text|title|rect)>/g)?.length)
  })

  it('is drawn for many peers and for nothing at all', () => {
    const peers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`peer ${i}`, i / 100]))
    match(aggregateReportSvg({ title: 'many', modules: [moduleReport('q', 1, peers)] }), /and 36 more/)
    doesNotMatch(aggregateReportSvg({ title: 'none', modules: [] }), /NaN|undefined|Infinity/)
  })

  it('is said as two tables: modules, then contributions', () => {
    const lines = describeAggregateReport({ title: 'Aggregate of round 3', modules: MODULES })
    ok(lines.some((line) => /^lm_head .* – .* – .*50\.0 %/.test(line)))
    ok(lines.some((line) => /^all modules .*50\.0 % .*96\.0 %/.test(line)))
    ok(lines.some((line) => /^eve .*33\.3 % .*-0\.700 .*-0\.800 {2}model\.layers\.0/.test(line)))
  })
})
