import { DISTRIBUTIONS, type Federation } from './federation.ts'
import { type Panel, plotSvg } from './plot-svg.ts'
import type { CellResult, CurvePoint } from './run-cell.ts'
import { spread } from './summarise.ts'

const FIGURES = {
  'unseen-loss': {
    title: 'Loss on tasks that nobody has, by round',
    of: (point: CurvePoint) => point.unseenLoss,
  },
  'own-loss': { title: 'Loss on the peers’ own tasks, by round', of: (point: CurvePoint) => point.ownLoss },
  energy: {
    title: 'Share of the global update’s energy in as many directions as the lowest rank has, by round',
    of: (point: CurvePoint) => point.energyInLowest,
  },
} as const

/** The report's plots by name: a panel for every distribution, federations of one rank dashed in each. */
export function reportPlots(results: readonly CellResult[]): ReadonlyMap<string, string> {
  const shown = DISTRIBUTIONS.filter((name) => results.some(({ cell }) => cell.federation === name))
  return new Map(
    Object.entries(FIGURES).map(([name, { title, of }]) => {
      const panels = shown.map((distribution) => panelOf(results, distribution, name, of))
      return [
        name,
        plotSvg(
          `${title} (bands: standard deviation over the seeds)`,
          panels.filter(({ lines }) => lines.length > 0),
        ),
      ]
    }),
  )
}

function panelOf(
  results: readonly CellResult[],
  distribution: Federation,
  figure: string,
  of: (point: CurvePoint) => number,
): Panel {
  const shown = results.filter(
    ({ cell: { federation, strategy } }) =>
      federation === distribution ||
      (figure !== 'energy' && strategy === 'fedit' && (federation === 'lowest' || federation === 'highest')),
  )
  const groups = Map.groupBy(shown, ({ cell: { federation, strategy } }) =>
    federation === distribution ? strategy : `${strategy} ${federation} rank`,
  )
  return {
    title: distribution,
    lines: [...groups].map(([name, group]) => ({
      name,
      dashed: name.includes('lowest'),
      points: (group[0]?.curve ?? []).map(({ round }, at) => {
        const { mean, deviation } = spread(group.flatMap(({ curve }) => curve[at] ?? []).map(of))
        return { x: round, y: mean, spread: deviation }
      }),
    })),
  }
}
