import { readFileSync } from 'node:fs'
import { decodeFactors } from '../../../src/adapter/decode-factors.ts'
import { encodeFactors } from '../../../src/adapter/encode-factors.ts'
import { initialFactors } from '../../../src/adapter/initial-factors.ts'
import { parsePeftConfig, peftConfig } from '../../../src/adapter/peft-config.ts'
import { MAX_CONFIG_BYTES, parsePeftJson } from '../../../src/adapter/peft-json.ts'
import { moduleTerms } from '../../../src/adapter/rank-pattern.ts'
import { federationSchema } from '../../../src/api/federation-file.ts'
import { peerSchema } from '../../../src/api/peer-file.ts'
import { parseYaml } from '../../../src/api/read-yaml.ts'
import { MAX_YAML_BYTES } from '../../../src/base/decode-yaml.ts'
import { encodeSafetensors } from '../../../src/safetensors/encode-safetensors.ts'
import { parseSafetensors } from '../../../src/safetensors/parse-safetensors.ts'
import { MAX_SHARD_INDEX_BYTES, parseShardIndex } from '../../../src/safetensors/shard-index.ts'
import { readSwarmFile } from '../../../src/swarm/file/read-swarm-file.ts'
import { type Decoder, outcomeOf, outcomeOfReader, textOf, utf8 } from '../decoder.ts'

const peers = new URL('../../../peers/', import.meta.url)
const file = (path: string) => new Uint8Array(readFileSync(new URL(path, peers)))
const json = (value: object) => utf8.encode(JSON.stringify(value))

/** The time that expressions of an adapter's configuration have, and as much as everything else takes. */
const EXPRESSIONS_MS = 1_100
/** Somebody's own file of at most 128 KiB; its parser is slow and makes much garbage. */
const YAML = { maxMs: 500, extraBytesPerByte: 2_048, weight: 0.05 }
/** Longest body of the bench; real ones are bounded by what the charter allows, and pulled in checked chunks. */
const MAX_BODY_BYTES = 2 ** 20

const modules = [
  { name: 'layers.0.q_proj', inFeatures: 6, outFeatures: 4 },
  { name: 'layers.0.v_proj', inFeatures: 6, outFeatures: 4 },
]
const factorsOf = (rank: number) =>
  encodeFactors(initialFactors({ seed: 's', modules, rankOf: () => rank, scalingOf: () => 16 / rank })).bytes

const names = [...modules.map(({ name }) => name), 'a'.repeat(40)]
const adapter = {
  baseModel: 'base',
  rank: 8,
  alpha: 16,
  rsLora: false,
  dropout: 0,
  targetModules: ['q_proj', 'v_proj'],
  rankPattern: { 'layers.0.q_proj': 4 },
  alphaPattern: { '.*v_proj': 32 },
  fanInFanOut: false,
}
const SWARMS = ['steady', 'diurnal-churn', 'liars', 'half-partition-pause', 'aggregator-dies-before']

export const fileDecoders: readonly Decoder[] = [
  {
    name: 'safetensors',
    grammar: 'safetensors',
    maxBytes: MAX_BODY_BYTES,
    samples: [
      factorsOf(2),
      encodeSafetensors([{ name: 'x', dtype: 'F32', shape: [2, 3], data: new Float32Array(6) }], {
        format: 'pt',
      }),
      encodeSafetensors([]),
    ],
    decode: (bytes) =>
      bytes.length > MAX_BODY_BYTES ? { ok: false, reason: 'too long' } : outcomeOf(parseSafetensors(bytes)),
  },
  {
    name: 'factors',
    grammar: 'safetensors',
    maxBytes: MAX_BODY_BYTES,
    samples: [factorsOf(1), factorsOf(4)],
    decode: (bytes) =>
      bytes.length > MAX_BODY_BYTES
        ? { ok: false, reason: 'too long' }
        : outcomeOf(
            decodeFactors(bytes, { expected: modules, maxRank: 4 }),
            (factors) => encodeFactors(factors).bytes,
          ),
  },
  {
    name: 'factors of any modules',
    grammar: 'safetensors',
    maxBytes: MAX_BODY_BYTES,
    samples: [factorsOf(1), factorsOf(4)],
    decode: (bytes) =>
      bytes.length > MAX_BODY_BYTES
        ? { ok: false, reason: 'too long' }
        : outcomeOf(decodeFactors(bytes), (factors) => encodeFactors(factors).bytes),
  },
  {
    name: 'safetensors index',
    grammar: 'json',
    maxBytes: MAX_SHARD_INDEX_BYTES,
    samples: [
      json({ weight_map: { a: 'm-1.safetensors', b: 'm-2.safetensors' }, metadata: { total_size: 8 } }),
    ],
    decode: (bytes) => outcomeOfReader(() => parseShardIndex(textOf(bytes), 'index')),
  },
  {
    name: 'adapter_config.json',
    grammar: 'json',
    maxBytes: MAX_CONFIG_BYTES,
    maxMs: EXPRESSIONS_MS,
    samples: [json(peftConfig(adapter)), json(peftConfig({ ...adapter, targetModules: 'all-linear' }))],
    decode: (bytes) =>
      outcomeOfReader(() => {
        const config = parsePeftConfig(parsePeftJson(textOf(bytes), 'adapter'), 'adapter', names)
        moduleTerms(config, names)
      }),
  },
  {
    name: 'peer file',
    grammar: 'yaml',
    maxBytes: MAX_YAML_BYTES,
    ...YAML,
    samples: [file('demo/ada.yaml'), file('demo/dora.yaml')],
    decode: (bytes) => outcomeOfReader(() => parseYaml(textOf(bytes), 'peer.yaml', peerSchema)),
  },
  {
    name: 'federation file',
    grammar: 'yaml',
    maxBytes: MAX_YAML_BYTES,
    ...YAML,
    samples: [file('demo/federation.yaml')],
    decode: (bytes) => outcomeOfReader(() => parseYaml(textOf(bytes), 'federation.yaml', federationSchema)),
  },
  {
    name: 'swarm file',
    grammar: 'yaml',
    maxBytes: MAX_YAML_BYTES,
    ...YAML,
    samples: SWARMS.map((name) => file(`swarms/${name}.yaml`)),
    decode: (bytes) => outcomeOfReader(() => readSwarmFile(textOf(bytes), 'swarm.yaml')),
  },
]
