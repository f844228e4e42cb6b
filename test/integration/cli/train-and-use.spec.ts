import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CliRun, jsonLines, runCli } from './run-cli.ts'
import { scratchDirectory, writeExamples, writeTinyModel } from './tiny-world.ts'

interface Figures {
  readonly loss: number
  readonly exactMatch: number
  readonly rougeL: number
}

describe('adapters that are trained by the command', function () {
  this.timeout(240_000)
  const scratch = scratchDirectory()
  const at = (name: string) => join(scratch.path, name)
  const model = at('model')
  const data = at('data.jsonl')

  const train = (out: string, rank: string) =>
    runCli(
      ...['train', '--model', model, '--data', data, '--rank', rank, '--out', at(out), '--json'],
      ...[
        '--steps',
        '12',
        '--batch-size',
        '4',
        '--learning-rate',
        '1e-2',
        '--dropout',
        '0.1',
        '--threads',
        '1',
      ],
    )
  const trainAs = (graph: string) =>
    runCli(
      ...['train', '--model', model, '--data', data, '--rank', '2', '--out', at(graph), '--json'],
      ...['--graph', graph, '--steps', '4', '--batch-size', '4', '--threads', '1'],
    )
  const evaluate = async (...args: string[]): Promise<Figures> => {
    const run = await runCli(
      'eval',
      '--model',
      model,
      '--data',
      data,
      '--max-new-tokens',
      '2',
      '--json',
      ...args,
    )
    equal(run.code, 0, run.stderr)
    return jsonLines(run)[0] as Figures
  }

  let runs: CliRun[] = []
  before(async () => {
    writeTinyModel(model)
    writeExamples(data, 16)
    runs = await Promise.all([train('four', '4'), train('four-again', '4'), train('two', '2')])
  })
  after(scratch.remove)

  it('report their rank, steps and losses', () => {
    deepEqual(
      runs.map(({ code }) => code),
      [0, 0, 0],
      runs.map(({ stderr }) => stderr).join(''),
    )
    const [report] = jsonLines(runs[0] as CliRun) as {
      rank: number
      steps: number
      firstLoss: number
      lastLoss: number
    }[]
    deepEqual([report?.rank, report?.steps], [4, 12])
    ok((report?.lastLoss ?? 9) < (report?.firstLoss ?? 0))
  })

  it('are peft directories and nothing else', () => {
    deepEqual(readdirSync(at('four')).sort(), ['adapter_config.json', 'adapter_model.safetensors'])
    const config = JSON.parse(readFileSync(join(at('four'), 'adapter_config.json'), 'utf8'))
    deepEqual([config.peft_type, config.r, config.lora_alpha, config.lora_dropout], ['LORA', 4, 32, 0.1])
    equal(config.base_model_name_or_path, model)
  })

  it('are the same to the last byte for the same seed', () => {
    const bytes = (name: string) => readFileSync(join(at(name), 'adapter_model.safetensors'))
    deepEqual(bytes('four'), bytes('four-again'))
    notEqual(bytes('two').length, bytes('four').length)
  })

  it('are the same, but for rounding, where a layer at a time is trained', async () => {
    const both = await Promise.all([trainAs('whole'), trainAs('layered')])
    const [whole, layered] = both.map((run) => jsonLines(run)[0] as { firstLoss: number; lastLoss: number })
    ok(whole !== undefined && layered !== undefined, both.map(({ stderr }) => stderr).join(''))
    ok(Math.abs(whole.firstLoss - layered.firstLoss) < 1e-5)
    ok(Math.abs(whole.lastLoss - layered.lastLoss) < 1e-3, `${whole.lastLoss} and ${layered.lastLoss}`)
  })

  it('lower the loss that eval reports', async () => {
    const [bare, adapted] = await Promise.all([evaluate(), evaluate('--adapter', at('four'))])
    ok(adapted.loss < bare.loss - 0.1, `${adapted.loss} against ${bare.loss}`)
  })

  it('change what generate says, or at least how it came to it', async () => {
    const args = ['generate', '--model', model, '--prompt', 'Say yes number 3.', '--max-new-tokens', '4']
    const run = await runCli(...args, '--adapter', at('four'), '--json')
    equal(run.code, 0, run.stderr)
    const [answer] = jsonLines(run) as { text: string; ids: number[] }[]
    equal(typeof answer?.text, 'string')
    const plain = await runCli(...args, '--adapter', at('four'))
    equal(plain.stdout, `${answer?.text}\n`)
  })

  it('are averaged over different ranks into one that eval takes', async () => {
    const run = await runCli(
      ...['aggregate', at('four'), at('two'), '--samples', '30,10', '--rank', '6', '--alpha', '12'],
      ...['--out', at('mean'), '--json'],
    )
    equal(run.code, 0, run.stderr)
    const [report] = jsonLines(run) as { weights: number[]; energyKept: number; modules: unknown[] }[]
    deepEqual(report?.weights, [0.75, 0.25])
    equal(report?.modules.length, 7)
    ok(Math.abs((report?.energyKept ?? 0) - 1) < 1e-6, 'two adapters of rank 4 and 2 make a mean of rank 6')
    const [bare, mean] = await Promise.all([evaluate(), evaluate('--adapter', at('mean'))])
    ok(mean.loss < bare.loss, `${mean.loss} against ${bare.loss}`)
    match(readFileSync(join(at('mean'), 'adapter_config.json'), 'utf8'), /"r": 6/)
  })
})
