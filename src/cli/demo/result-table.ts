import { styleText } from 'node:util'
import type { DemoResult } from '../../api/demo/run-demo.ts'
import type { Score, Scores } from '../../api/demo/scores.ts'
import { clip } from './chart.ts'
import { type Column, drawTable } from './draw-table.ts'

const MEASURES = [
  { title: 'loss', of: (score: Score) => score.loss, lowerIsBetter: true },
  { title: 'exact match', of: (score: Score) => score.exactMatch, lowerIsBetter: false },
  { title: 'Rouge-L', of: (score: Score) => score.rougeL, lowerIsBetter: false },
] as const

type Measure = (typeof MEASURES)[number]

const PEER_COLUMNS: readonly Column[] = [
  { title: 'peer', align: 'left' },
  { title: 'rank', align: 'right' },
  { title: 'tasks', align: 'left' },
]

const MEASURE_COLUMNS: readonly Column[] = [
  { title: 'before', align: 'right' },
  { title: 'alone', align: 'right' },
  { title: 'federated', align: 'right' },
]

/** Columns that one table of all measures takes, names of usual length given. */
const WHOLE_WIDTH = 100

/**
 * Every peer's model before, alone and federated, on its own held-out examples and on the others'. On a narrow
 * terminal every measure has a table of its own.
 */
export function resultTable(results: readonly DemoResult[], columns: number): string[] {
  if (columns >= WHOLE_WIDTH) return tableOf(results, MEASURES)
  return MEASURES.flatMap((measure, at) => [...(at > 0 ? [''] : []), ...tableOf(results, [measure])])
}

function tableOf(results: readonly DemoResult[], measures: readonly Measure[]): string[] {
  const rows = results.flatMap((result) => [
    resultRow(result, 'own', measures),
    resultRow(result, 'others', measures),
  ])
  const lines = drawTable([...PEER_COLUMNS, ...measures.flatMap(() => MEASURE_COLUMNS)], rows)
  return [groupTitles(lines[0] ?? '', measures), ...lines]
}

/** A line above the titles: each measure where its first column begins. */
function groupTitles(titles: string, measures: readonly Measure[]): string {
  let line = ''
  let from = 0
  for (const { title } of measures) {
    from = titles.indexOf('before', from)
    line = line.padEnd(from) + title
    from += 'before'.length
  }
  return line
}

function resultRow(result: DemoResult, tasks: keyof Scores, measures: readonly Measure[]): string[] {
  const first = tasks === 'own'
  return [
    first ? styleText('cyan', clip(result.name, 12)) : '',
    first ? String(result.rank) : '',
    first ? 'own' : "others'",
    ...measures.flatMap((measure) => [
      figure(measure, result.before[tasks]),
      figure(measure, result.alone[tasks]),
      federatedFigure(measure, result, tasks),
    ]),
  ]
}

const figure = ({ of }: Measure, score: Score): string => of(score).toFixed(3)

/** Green where federation paid, red where it did not. */
function federatedFigure(measure: Measure, { alone, federated }: DemoResult, tasks: keyof Scores): string {
  if (federated === null) return '–'
  const gain = measure.of(federated[tasks]) - measure.of(alone[tasks])
  const better = measure.lowerIsBetter ? gain < 0 : gain > 0
  return styleText(better ? 'green' : 'red', figure(measure, federated[tasks]))
}

/** What a person can do with the adapters now. */
export function nextSteps(directory: string, model: string, results: readonly DemoResult[]): string[] {
  const one = results.find(({ federatedAdapter }) => federatedAdapter !== null)
  const faults = results.filter(({ fault }) => fault !== null)
  return [
    ...faults.map(faultText),
    '',
    `Adapters: ${directory}/<peer>/adapter (federated) and ${directory}/<peer>/alone`,
    'Load one in Python with stock peft:',
    '  from transformers import AutoModelForCausalLM; from peft import PeftModel',
    `  model = AutoModelForCausalLM.from_pretrained("${model}")`,
    `  model = PeftModel.from_pretrained(model, "${one?.federatedAdapter ?? '…'}")`,
  ]
}

/** What became of a peer whose process ended early, and what its row in the table means. */
function faultText({ name, fault, rounds }: DemoResult): string {
  const went = `${styleText('yellow', '!')} ${name} ${fault}`
  return rounds === 0
    ? `${went} before a round was done; the others went on without it, and it has no federated adapter`
    : `${went} after round ${rounds}; the others went on without it, and its federated figures are of that round`
}
