import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  InvalidAdapterError,
  NotAnAdapterError,
  OutputNotAdapterError,
  UnsupportedAdapterError,
} from '../../../src/adapter/adapter-errors.ts'
import { readAdapter } from '../../../src/adapter/read-adapter.ts'
import { writeAdapter } from '../../../src/adapter/write-adapter.ts'
import { TruncatedSafetensorsError } from '../../../src/safetensors/safetensors-errors.ts'
import { writeSafetensors } from '../../../src/safetensors/write-safetensors.ts'

const REFERENCE = new URL('../../fixtures/reference/', import.meta.url).pathname
const ADAPTERS = ['llama', 'llama-tied-bf16', 'qwen2', 'gpt2'].map((model) =>
  join(REFERENCE, model, 'adapter_trained'),
)

const weights = (directory: string) => readFileSync(join(directory, 'adapter_model.safetensors'))
const configOf = (directory: string) =>
  JSON.parse(readFileSync(join(directory, 'adapter_config.json'), 'utf8')) as Record<string, unknown>

describe('a peft directory', () => {
  let work = ''
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), 'adapter-'))
  })
  afterEach(() => rmSync(work, { recursive: true }))
  const path = (name: string) => join(work, name)

  /** A small adapter with these fields of its configuration changed. */
  function foreign(
    fields: Record<string, unknown>,
    rank = 2,
    key = 'base_model.model.l.q_proj.lora_',
  ): string {
    const directory = path('foreign')
    mkdirSync(directory, { recursive: true })
    const config = { ...configOf(ADAPTERS[0] ?? ''), r: 2, lora_alpha: 4, ...fields }
    writeFileSync(join(directory, 'adapter_config.json'), JSON.stringify(config))
    writeSafetensors(join(directory, 'adapter_model.safetensors'), [
      { name: `${key}A.weight`, dtype: 'F32', shape: [rank, 3], data: new Float32Array(rank * 3).fill(1) },
      { name: `${key}B.weight`, dtype: 'F32', shape: [5, rank], data: new Float32Array(rank * 5).fill(2) },
    ])
    return directory
  }

  for (const directory of ADAPTERS) {
    it(`of ${directory.slice(REFERENCE.length)} comes back byte for byte, with every field that peft saved`, () => {
      const adapter = readAdapter(directory)
      writeAdapter(path('out'), adapter)
      deepEqual(weights(path('out')), weights(directory))
      const [written, given] = [configOf(path('out')), configOf(directory)]
      for (const [field, value] of Object.entries(written)) deepEqual(value, given[field], field)
      deepEqual(readAdapter(path('out')), adapter)
    })
  }

  it('says what each factor is and how it is scaled', () => {
    const { config, factors } = readAdapter(ADAPTERS[0] ?? '')
    deepEqual([config.rank, config.alpha, config.fanInFanOut], [4, 8, false])
    const module = factors.get('model.layers.0.mlp.down_proj')
    deepEqual([module?.rank, module?.inFeatures, module?.outFeatures, module?.scaling], [4, 96, 48, 2])
    equal(readAdapter(ADAPTERS[3] ?? '').config.fanInFanOut, true)
  })

  it('is read with adapter names in its keys, rank and alpha patterns, and rsLoRA', () => {
    const key = 'base_model.model.model.l.q_proj.lora_'
    const fields = { rank_pattern: { q_proj: 3 }, alpha_pattern: { 'l\\..*': 6 }, use_rslora: true }
    const directory = foreign(fields, 3, key)
    const module = readAdapter(directory).factors.get('model.l.q_proj')
    deepEqual([module?.rank, module?.scaling], [3, 6 / Math.sqrt(3)])
    const named = foreign({}, 2)
    writeSafetensors(join(named, 'adapter_model.safetensors'), [
      {
        name: 'base_model.model.l.q_proj.lora_A.default.weight',
        dtype: 'BF16',
        shape: [2, 1],
        data: Float32Array.of(1, 2),
      },
      {
        name: 'base_model.model.l.q_proj.lora_B.default.weight',
        dtype: 'F32',
        shape: [1, 2],
        data: Float32Array.of(3, 4),
      },
    ])
    deepEqual(readAdapter(named).factors.get('l.q_proj')?.a, Float32Array.of(1, 2))
  })

  it('that restricts its targets in other ways names its modules one by one when it is written again', () => {
    deepEqual(readAdapter(foreign({ layers_to_transform: [3] })).config.targetModules, ['l.q_proj'])
    deepEqual(readAdapter(foreign({ target_modules: null })).config.targetModules, ['l.q_proj'])
    equal(readAdapter(foreign({ target_modules: '.*q_proj' })).config.targetModules, '.*q_proj')
  })

  for (const [field, value] of Object.entries({
    peft_type: 'IA3',
    task_type: 'SEQ_CLS',
    use_dora: true,
    modules_to_save: ['lm_head'],
    bias: 'all',
    lora_bias: true,
    init_lora_weights: 'pissa_niter_4',
    layer_replication: [[0, 2]],
    trainable_token_indices: [1],
    something_of_next_year: { on: true },
  })) {
    it(`is refused by name for ${field}`, () => {
      throws(
        () => readAdapter(foreign({ [field]: value })),
        (error) => error instanceof UnsupportedAdapterError && error.message.includes(field),
      )
    })
  }

  it('is refused where its files are missing, damaged, or of different ranks', () => {
    throws(() => readAdapter(path('nothing')), NotAnAdapterError)
    mkdirSync(path('half'))
    writeFileSync(join(path('half'), 'adapter_config.json'), '{')
    throws(() => readAdapter(path('half')), InvalidAdapterError)
    throws(() => readAdapter(foreign({}, 3)), InvalidAdapterError)
    throws(() => readAdapter(foreign({ r: 'two' })), InvalidAdapterError)
    throws(
      () => readAdapter(foreign({}, 2, 'base_model.model.embed.lora_embedding_')),
      UnsupportedAdapterError,
    )
    const cut = foreign({})
    writeFileSync(join(cut, 'adapter_model.safetensors'), weights(cut).subarray(0, -4))
    throws(() => readAdapter(cut), TruncatedSafetensorsError)
  })

  it('replaces an adapter, and nothing else', () => {
    const adapter = readAdapter(foreign({}))
    const trained = readAdapter(ADAPTERS[0] ?? '')
    writeAdapter(path('out'), adapter)
    writeAdapter(path('out'), trained)
    deepEqual(readAdapter(path('out')), trained)
    writeFileSync(join(path('out'), 'notes.txt'), 'mine')
    throws(() => writeAdapter(path('out'), adapter), OutputNotAdapterError)
    deepEqual(readAdapter(path('out')), trained)
  })

  it('is not there at all where writing it failed', () => {
    const { config } = readAdapter(foreign({}))
    const broken = {
      rank: 2,
      inFeatures: 3,
      outFeatures: 5,
      scaling: 1,
      a: new Float32Array(6),
      b: new Float32Array(9),
    }
    throws(() => writeAdapter(path('out'), { config, factors: new Map([['l', broken]]) }), RangeError)
    ok(!readdirSync(work).some((entry) => entry.startsWith('out')))
  })
})
