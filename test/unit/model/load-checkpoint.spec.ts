import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FlexswarmError } from '../../../src/base/flexswarm-error.ts'
import { loadWeight } from '../../../src/engine/load-weight.ts'
import type { StoredWeight } from '../../../src/engine/weight-source.ts'
import { initialCheckpoint, readWeights } from '../../../src/model/initial-checkpoint.ts'
import { loadCheckpoint } from '../../../src/model/load-checkpoint.ts'
import { NotAModelDirectoryError, TensorShapeError } from '../../../src/model/model-errors.ts'
import { requireTokenizer } from '../../../src/model/require-tokenizer.ts'
import { writeCheckpoint } from '../../../src/model/write-checkpoint.ts'
import { openSafetensors } from '../../../src/safetensors/open-safetensors.ts'
import {
  InvalidSafetensorsError,
  MissingShardError,
  MissingTensorError,
  TruncatedSafetensorsError,
} from '../../../src/safetensors/safetensors-errors.ts'
import type { WritableTensor } from '../../../src/safetensors/writable-tensor.ts'
import { writeSafetensors } from '../../../src/safetensors/write-safetensors.ts'

const root = fileURLToPath(new URL('../../fixtures/reference/', import.meta.url))

describe('a model directory', () => {
  let directory: string
  const at = (file: string) => join(directory, file)
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'flexswarm-model-'))
    cpSync(join(root, 'llama/model'), directory, { recursive: true })
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const tensors = (): WritableTensor[] => {
    const source = openSafetensors(join(root, 'llama/model/model.safetensors'))
    const read = [...source.tensors.values()].map(
      ({ name, shape }): WritableTensor => ({ name, shape, dtype: 'F32', data: source.readFloat32(name) }),
    )
    source.close()
    return read
  }
  const rewrite = (change: (tensor: WritableTensor) => WritableTensor[]) =>
    writeSafetensors(at('model.safetensors'), tensors().flatMap(change))
  const shard = (names: readonly string[]) => {
    const parts = names.map((_, part) => tensors().filter((__, place) => place % names.length === part))
    for (const [part, name] of names.entries()) writeSafetensors(at(name), parts[part] ?? [])
    const map = parts.flatMap((part, place) => part.map(({ name }) => [name, names[place]]))
    rmSync(at('model.safetensors'))
    writeFileSync(at('model.safetensors.index.json'), JSON.stringify({ weight_map: Object.fromEntries(map) }))
  }

  it('gives configuration, weights and how to generate', () => {
    const { config, weights, generation, tokenizer, chatTemplate, notes } = loadCheckpoint(directory)
    equal(config.family, 'llama')
    deepEqual(weights.get('model.embed_tokens.weight')?.shape, [320, 48])
    deepEqual(generation, {
      bosTokenId: 1,
      eosTokenIds: [2],
      padTokenId: null,
      sample: false,
      temperature: 1,
      topP: 1,
      topK: 50,
    })
    deepEqual([tokenizer, chatTemplate, notes], [null, null, []])
  })

  it('may name several tokens that end a sequence', () => {
    writeFileSync(
      at('generation_config.json'),
      JSON.stringify({ eos_token_id: [2, 7], do_sample: true, top_p: 0.9 }),
    )
    const { generation } = loadCheckpoint(directory)
    deepEqual([generation.eosTokenIds, generation.bosTokenId, generation.topP], [[2, 7], 1, 0.9])
  })

  it('may be sharded, and is the same model', async () => {
    const whole = await loadCheckpoint(directory).fingerprint()
    shard(['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'])
    const sharded = loadCheckpoint(directory)
    equal(await sharded.fingerprint(), whole)
    const files = new Set(
      [...sharded.weights.values()].map(({ location }) => 'file' in location && location.file),
    )
    equal(files.size, 2)
  })

  it('may leave out the prefix of a bare model, as OpenAI’s GPT-2 does, and keep old buffers', async () => {
    const whole = loadCheckpoint(join(root, 'gpt2/model'))
    rmSync(directory, { recursive: true })
    mkdirSync(directory)
    const bare = [...whole.weights].map(
      ([name, stored]): WritableTensor => ({
        name: name.replace(/^transformer\./, ''),
        shape: stored.shape,
        dtype: 'F32',
        data: loadWeight(stored),
      }),
    )
    const buffer: WritableTensor = {
      name: 'h.0.attn.bias',
      shape: [1, 1, 2, 2],
      dtype: 'F32',
      data: new Float32Array(4),
    }
    writeSafetensors(at('model.safetensors'), [...bare, buffer])
    cpSync(join(root, 'gpt2/model/config.json'), at('config.json'))
    const loaded = loadCheckpoint(directory)
    equal(await loaded.fingerprint(), await whole.fingerprint())
    deepEqual(loaded.notes, [])
  })

  it('is another model where one number differs, or the configuration', async () => {
    const before = await loadCheckpoint(directory).fingerprint()
    rewrite((tensor) => {
      if (tensor.name === 'model.norm.weight') (tensor.data as Float32Array)[3] = 0.5
      return [tensor]
    })
    const changed = await loadCheckpoint(directory).fingerprint()
    ok(changed !== before)
    const config = JSON.parse(readFileSync(at('config.json'), 'utf8'))
    writeFileSync(at('config.json'), JSON.stringify({ ...config, rms_norm_eps: 1e-6 }))
    ok((await loadCheckpoint(directory).fingerprint()) !== changed)
  })

  it('is the same model whatever its files are called or say about use', async () => {
    const before = await loadCheckpoint(directory).fingerprint()
    const config = JSON.parse(readFileSync(at('config.json'), 'utf8'))
    writeFileSync(
      at('config.json'),
      JSON.stringify({ ...config, use_cache: false, transformers_version: '4.0' }),
    )
    equal(await loadCheckpoint(directory).fingerprint(), before)
  })

  it('notes tensors that the model does not use', () => {
    rewrite((tensor) => [tensor, ...(tensor.name === 'lm_head.weight' ? [{ ...tensor, name: 'extra' }] : [])])
    ok(loadCheckpoint(directory).notes[0]?.includes('extra'))
  })

  it('says how to get a tokenizer where one is needed', () => {
    const checkpoint = loadCheckpoint(directory)
    throws(
      () => requireTokenizer(checkpoint),
      (error) => error instanceof FlexswarmError && error.code === 'MODEL_TOKENIZER_MISSING',
    )
  })

  describe('is refused, with a next step, where', () => {
    type Kind = new (...args: never[]) => FlexswarmError
    const refused = (kind: Kind, ...said: string[]) =>
      throws(
        () => loadCheckpoint(directory),
        (error) =>
          error instanceof kind &&
          error.nextStep !== '' &&
          said.every((word) => error.message.includes(word)),
      )

    it('it has no config.json', () => {
      rmSync(at('config.json'))
      refused(NotAModelDirectoryError, 'config.json')
    })
    it('it does not exist', () =>
      throws(() => loadCheckpoint(join(directory, 'nowhere')), NotAModelDirectoryError))
    it('config.json is not JSON', () => {
      writeFileSync(at('config.json'), '{')
      refused(FlexswarmError, 'config.json', 'not JSON')
    })
    it('there are no weights', () => {
      rmSync(at('model.safetensors'))
      refused(MissingShardError, 'model.safetensors')
    })
    it('a shard is missing', () => {
      shard(['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'])
      rmSync(at('model-00002-of-00002.safetensors'))
      refused(MissingShardError, 'model-00002-of-00002.safetensors')
    })
    it('a safetensors file is truncated', () => {
      truncateSync(at('model.safetensors'), 200_000)
      refused(TruncatedSafetensorsError, '200000')
    })
    it('a safetensors file is something else', () => {
      writeFileSync(at('model.safetensors'), 'version https://git-lfs.github.com/spec/v1\n')
      refused(InvalidSafetensorsError, 'model.safetensors')
    })
    it('a tensor is missing', () => {
      rewrite((tensor) => (tensor.name === 'model.layers.1.mlp.up_proj.weight' ? [] : [tensor]))
      refused(MissingTensorError, 'model.layers.1.mlp.up_proj.weight')
    })
    it('a tensor has another shape than config.json says', () => {
      const config = JSON.parse(readFileSync(at('config.json'), 'utf8'))
      writeFileSync(at('config.json'), JSON.stringify({ ...config, intermediate_size: 100 }))
      refused(TensorShapeError, '[96, 48]', '[100, 48]')
    })
    it('weights are stored as whole numbers', () => {
      rewrite((tensor) => [
        tensor.name === 'model.norm.weight'
          ? { name: tensor.name, shape: [48], dtype: 'U8', data: new Uint8Array(48) }
          : tensor,
      ])
      refused(FlexswarmError, 'model.norm.weight', 'U8')
    })
  })

  describe('that we write', () => {
    const json = {
      model_type: 'llama',
      vocab_size: 40,
      hidden_size: 16,
      intermediate_size: 24,
      num_hidden_layers: 2,
      num_attention_heads: 4,
      tie_word_embeddings: true,
    }

    it('loads as the model it was', async () => {
      const fresh = initialCheckpoint(json, 1)
      writeCheckpoint(at('new'), json, readWeights(fresh), { dtype: 'F32' })
      equal(await loadCheckpoint(at('new')).fingerprint(), await fresh.fingerprint())
      equal(JSON.parse(readFileSync(at('new/config.json'), 'utf8')).architectures[0], 'LlamaForCausalLM')
    })

    it('takes half the space in bf16, to which its numbers are rounded', () => {
      const weights = readWeights(initialCheckpoint(json, 1))
      writeCheckpoint(at('new'), json, weights)
      const { weights: written } = loadCheckpoint(at('new'))
      const stored = written.get('model.layers.0.mlp.up_proj.weight') as StoredWeight
      equal(stored.dtype, 'bf16')
      for (const [place, value] of loadWeight(stored).entries()) {
        const exact = weights.get('model.layers.0.mlp.up_proj.weight')?.[place] as number
        ok(Math.abs(value - exact) <= Math.abs(exact) / 256)
      }
    })

    it('starts from the same numbers for the same seed', async () => {
      equal(await initialCheckpoint(json, 1).fingerprint(), await initialCheckpoint(json, 1).fingerprint())
      ok(
        (await initialCheckpoint(json, 1).fingerprint()) !== (await initialCheckpoint(json, 2).fingerprint()),
      )
    })
  })
})
