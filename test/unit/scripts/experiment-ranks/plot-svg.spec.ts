import { deepEqual, equal, ok } from 'node:assert/strict'
import { plotSvg } from '../../../../scripts/experiment-ranks/plot-svg.ts'

const NAMES = [
  'flexlora',
  'flexlora-residual',
  'fedit lowest rank',
  'fedit highest rank',
  'raflora',
  'hetlora',
  'flora',
]
/** Of DejaVu Sans at 12 px, the widest of the fonts that `sans-serif` usually is. */
const LETTER_PX = 7

describe('the plots of the experiment', () => {
  const points = [1, 2, 3].map((x) => ({ x, y: 1 / x, spread: 0.1 }))
  const lines = NAMES.map((name) => ({ name, dashed: false, points }))
  const svg = plotSvg('Loss', [{ title: 'uniform', lines }])

  it('name every line once, no name over another and none beyond the edge', () => {
    const entries = [...svg.matchAll(/<text x="([\d.]+)" y="(\d+)">([^<]+)<\/text>/g)]
      .map(([, x, y, name = '']) => ({ from: Number(x), to: Number(x) + LETTER_PX * name.length, y, name }))
      .filter(({ name }) => NAMES.includes(name))
    deepEqual(
      entries.map(({ name }) => name),
      NAMES,
    )
    for (const [at, one] of entries.entries()) {
      ok(one.to < Number(/width="(\d+)"/.exec(svg)?.[1]), one.name)
      const next = entries[at + 1]
      ok(next === undefined || next.y !== one.y || next.from - 26 > one.to, `${one.name}, ${next?.name}`)
    }
  })

  it('say below each panel that it is drawn over rounds', () =>
    equal(svg.match(/>round<\/text>/g)?.length, 1))
})
