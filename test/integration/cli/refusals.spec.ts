import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { jsonLines, runCli, startCli } from './run-cli.ts'
import {
  REFERENCE,
  scratchDirectory,
  writeExamples,
  writeTinyDemo,
  writeTinyModel,
  writeYaml,
} from './tiny-world.ts'

interface Refusal {
  readonly error: { readonly code: string; readonly message: string; readonly nextStep: string }
}

/** The command exits with 2 and one message with a next step, for people and with `--json` for programs. */
async function refuses(args: readonly string[], code: string, says: RegExp): Promise<void> {
  const [people, programs] = await Promise.all([runCli(...args), runCli(...args, '--json')])
  deepEqual([people.code, programs.code], [2, 2], people.stderr + programs.stderr)
  match(people.stderr, new RegExp(`^error: .+\n {2}next: .+\n {2}code: ${code}\n$`))
  match(people.stderr, says)
  equal(people.stdout, '')
  const [said, ...more] = jsonLines(programs) as Refusal[]
  deepEqual(more, [])
  equal(said?.error.code, code)
  match(said?.error.message ?? '', says)
  ok((said?.error.nextStep.length ?? 0) > 10)
}

describe('a command that cannot do what it is asked', function () {
  this.timeout(240_000)
  const scratch = scratchDirectory()
  const at = (...parts: string[]) => join(scratch.path, ...parts)
  const model = at('model')
  const data = at('data.jsonl')
  const out = at('out')
  before(() => {
    writeTinyModel(model)
    writeExamples(data, 12)
  })
  after(scratch.remove)
  afterEach('has written nothing', () =>
    ok(!readdirSync(scratch.path).some((name) => name.startsWith('out'))),
  )

  const training = (...args: string[]) => ['train', '--steps', '1', '--rank', '2', '--out', out, ...args]

  it('names the shard that a model directory lacks', async () => {
    const broken = writeTinyModel(at('no-shard'))
    renameSync(join(broken, 'model.safetensors'), join(broken, 'model-00001-of-00002.safetensors'))
    const map = { 'model.norm.weight': 'model-00002-of-00002.safetensors' }
    writeYaml(join(broken, 'model.safetensors.index.json'), { metadata: {}, weight_map: map })
    const args = training('--model', broken, '--data', data)
    await refuses(args, 'SAFETENSORS_SHARD_MISSING', /model-00002-of-00002\.safetensors/)
  })

  it('says that a safetensors file is cut short', async () => {
    const broken = writeTinyModel(at('cut'))
    truncateSync(join(broken, 'model.safetensors'), 20_000)
    const args = training('--model', broken, '--data', data)
    await refuses(args, 'SAFETENSORS_TRUNCATED', /model\.safetensors is truncated/)
  })

  it('names a rope_type that it does not honour', async () => {
    const broken = writeTinyModel(at('rope'))
    const config = JSON.parse(readFileSync(join(broken, 'config.json'), 'utf8'))
    const scaling = { rope_type: 'yarn', factor: 4 }
    writeYaml(join(broken, 'config.json'), { ...config, rope_scaling: scaling })
    const args = training('--model', broken, '--data', data)
    await refuses(args, 'MODEL_UNSUPPORTED', /rope_type.*yarn/)
  })

  for (const [command, ...rest] of [
    ['eval', '--data', data],
    ['generate', '--prompt', 'Say yes'],
  ] as const) {
    it(`${command} refuses an adapter of another model`, async () => {
      const adapter = join(REFERENCE, 'flexlora/one-peer/peers/a')
      const args = [command, '--model', model, '--adapter', adapter, ...rest]
      await refuses(args, 'ADAPTER_WRONG_MODEL', /does not belong to this base model/)
    })
  }

  it("refuses a rank above a module's dimension", async () => {
    const args = ['train', '--model', model, '--data', data, '--rank', '4096', '--out', out]
    await refuses(args, 'RANK_ABOVE_MODULE', /4096.*16.*model\.layers\.0\.self_attn\.k_proj/)
  })

  it('says that a data file is empty', async () => {
    writeFileSync(at('empty.jsonl'), '')
    const args = training('--model', model, '--data', at('empty.jsonl'))
    await refuses(args, 'DATA_EMPTY', /empty\.jsonl: no examples/)
  })

  it('names a bad line by file and number', async () => {
    writeFileSync(at('bad.jsonl'), '{"prompt": "a", "completion": "b"}\n{"prompt": "a", \n')
    const args = training('--model', model, '--data', at('bad.jsonl'))
    await refuses(args, 'DATA_BAD_LINE', /bad\.jsonl:2/)
  })

  it('leaves a directory alone that is not an adapter', async () => {
    mkdirSync(at('photos'))
    writeFileSync(at('photos', 'cat.jpg'), 'cat')
    const args = ['train', '--model', model, '--data', data, '--rank', '2', '--out', at('photos')]
    await refuses(args, 'ADAPTER_OUTPUT_OCCUPIED', /cat\.jpg/)
    deepEqual(readdirSync(at('photos')), ['cat.jpg'])
  })

  it('wants one number of samples for each adapter', async () => {
    const adapter = join(REFERENCE, 'flexlora/one-peer/peers/a')
    const args = ['aggregate', adapter, adapter, '--samples', '1,2,3', '--rank', '2', '--alpha', '8']
    await refuses([...args, '--out', out], 'AGGREGATE_SAMPLES', /2 adapters, but 3/)
  })

  describe('as a peer', () => {
    const federation = at('federation.yaml')
    const founder = '12D3KooWL7fGFbVLGc1kKEJcZEp5XLoNUCJbvFBN7ugJcvDV154y'
    const fields = { name: 'ada', federation, model, data, directory: at('ada'), threads: 1 }
    before(() => writeYaml(federation, { name: 'f', seed: 's', ranks: [2, 4], founders: [founder] }))

    it('names an unknown field of its file', async () => {
      const file = writeYaml(at('unknown.yaml'), { ...fields, colour: 'red' })
      await refuses(['peer', file], 'YAML_FILE', /unknown\.yaml.*colour/)
      ok(!existsSync(at('ada')))
    })

    it('says that somebody else holds its port', async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`
      const file = writeYaml(at('port.yaml'), { ...fields, rank: 2, listen: [address] })
      const run = await runCli('peer', file)
      server.close()
      equal(run.code, 2)
      match(run.stderr, /^error: .*listens on .*\n {2}next: .+\n {2}code: PORT_IN_USE\n$/)
    })
  })

  it('as a demo, leaves a directory alone that holds something', async () => {
    mkdirSync(at('world'))
    const file = writeTinyDemo(at('world'), { rounds: 1, steps: 1 })
    await refuses(['demo', '--file', file, '--out', at('world')], 'RUN_DIRECTORY_OCCUPIED', /holds/)
    ok(!existsSync(at('world', 'ada', 'identity.key')))
  })

  for (const args of [[], ['dance'], ['train', '--model', model], ['train', '--rank', 'many'], ['peer']]) {
    it(`calls a wrong usage by its name: flexswarm ${args.join(' ')}`, async () => {
      const run = await runCli(...args)
      equal(run.code, 2)
      match(run.stderr, /flexswarm/)
      equal(run.stdout, '')
    })
  }

  it('leaves nothing behind when Ctrl-C ends a training', async () => {
    let started = false
    const args = training('--model', model, '--data', data, '--steps', '1000000')
    const { child, ended } = startCli(args, (line) => {
      if (!started && line.includes('step 1/')) {
        started = true
        child.kill('SIGINT')
      }
    })
    const { code } = await ended
    ok(started)
    equal(code, 130)
  })
})
