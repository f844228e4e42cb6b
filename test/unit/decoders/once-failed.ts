import { messages } from '../../../scripts/bench-decoders/decoders/round-samples.ts'
import { type CanonicalValue, encodeCanonical } from '../../../src/base/canonical-cbor.ts'

/** An input that once threw, hung or took far too much memory, made again from what it consists of. */
export interface OnceFailed {
  readonly what: string
  /** Of the bench. */
  readonly decoder: string
  readonly bytes: Uint8Array
}

const utf8 = new TextEncoder()
const many = (count: number) => Array.from({ length: count }, (_, at) => at)

function proposalWith(change: Readonly<Record<string, CanonicalValue>>): Uint8Array {
  const { proposal } = messages
  const fields = proposal as unknown as { readonly [key: string]: CanonicalValue }
  const record = fields['record'] as { readonly [key: string]: CanonicalValue }
  return encodeCanonical({ ...fields, record: { ...record, ...change } })
}

function safetensors(header: string): Uint8Array {
  const text = utf8.encode(header)
  const bytes = new Uint8Array(8 + text.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const typed = (dtype: string) => safetensors(`{"a":{"dtype":${dtype},"shape":[],"data_offsets":[0,0]}}`)
const config = (fields: string) => utf8.encode(`{"peft_type":"LORA","r":8,${fields}}`)

export const onceFailed: readonly OnceFailed[] = [
  {
    what: 'a map of very many wrong keys held the thread for seconds',
    decoder: 'message: proposal',
    bytes: proposalWith({ energyKept: Object.fromEntries(many(15_000).map((at) => [`x${at}`, 0])) }),
  },
  {
    what: 'a list of very many empty maps held the thread for half a second',
    decoder: 'message: proposal',
    bytes: proposalWith({ contributions: many(70_000).map(() => ({})) }),
  },
  {
    what: 'bytes in place of a map were looked at one by one',
    decoder: 'message: proposal',
    bytes: proposalWith({ global: new Uint8Array(75_000) }),
  },
  {
    what: 'an answer that is nothing but bytes took half a gigabyte',
    decoder: 'answer',
    bytes: encodeCanonical(new Uint8Array(2 ** 22 - 64)),
  },
  {
    what: 'a type that is an object without a text threw',
    decoder: 'safetensors',
    bytes: typed('{"toString":1,"valueOf":1}'),
  },
  {
    what: 'a type that is nested deeply overflowed the stack',
    decoder: 'safetensors',
    bytes: typed(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  },
  {
    what: 'a pattern that never ends never ended',
    decoder: 'adapter_config.json',
    bytes: config('"rank_pattern":{"(a+)+x":4}'),
  },
  {
    what: 'a field that is nested deeply overflowed the stack',
    decoder: 'adapter_config.json',
    bytes: config(`"more":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  },
  { what: 'a list was taken for a map', decoder: 'adapter_config.json', bytes: config('"rank_pattern":[4]') },
  {
    what: 'a rank of no rank was taken',
    decoder: 'adapter_config.json',
    bytes: utf8.encode('{"peft_type":"LORA","r":0}'),
  },
  {
    what: 'a shard that is its own directory was opened',
    decoder: 'safetensors index',
    bytes: utf8.encode('{"weight_map":{"a":".."}}'),
  },
  {
    what: 'aliases that stand for billions threw',
    decoder: 'peer file',
    bytes: utf8.encode(
      `a: &a [x]\n${many(9)
        .map((at) => `b${at}: &b${at} [*a,*a,*a,*a,*a,*a]\n`)
        .join('')}`,
    ),
  },
  {
    what: 'brackets nested deeply threw',
    decoder: 'federation file',
    bytes: utf8.encode(`name: ${'['.repeat(20_000)}`),
  },
  {
    what: 'very many keys were compared each with each',
    decoder: 'swarm file',
    bytes: utf8.encode(
      many(12_000)
        .map((at) => `k${at}: v\n`)
        .join(''),
    ),
  },
]
