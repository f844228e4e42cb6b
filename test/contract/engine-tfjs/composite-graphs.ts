import { crossEntropy } from '../../../src/graph/cross-entropy.ts'
import { dropout } from '../../../src/graph/dropout.ts'
import { add, geluTanh, mul, silu } from '../../../src/graph/elementwise.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { constant, input, parameter, weight } from '../../../src/graph/leaves.ts'
import { matmul } from '../../../src/graph/matmul.ts'
import { layerNorm, rmsNorm, softmax } from '../../../src/graph/normalization.ts'
import { sum } from '../../../src/graph/reductions.ts'
import { rope } from '../../../src/graph/rope.ts'
import { gather } from '../../../src/graph/rows.ts'
import { expand, reshape, slice, transpose } from '../../../src/graph/shape-operations.ts'
import type { Value } from '../../../src/graph/value.ts'

const WIDTH = 16
export const VOCABULARY = 11
const HEADS = 4
const GROUPS = 2
const HEAD_WIDTH = 4
const RANK = 3

/** A frozen projection with LoRA beside it. */
function adapted(x: Value, name: string, outFeatures: number, parameters: Value[]): Value {
  const inFeatures = x.shape.at(-1) as number
  const a = parameter(`${name}.a`, [RANK, inFeatures])
  const b = parameter(`${name}.b`, [outFeatures, RANK])
  parameters.push(a, b)
  const site = parameters.length
  const dropped = dropout(x, { rate: 0.1, seed: input('seed', [], 'i32'), site })
  const low = matmul(matmul(dropped, a, { transposeB: true }), b, { transposeB: true, scale: 2 })
  return add(matmul(x, weight(name, [outFeatures, inFeatures]), { transposeB: true }), low)
}

const heads = (x: Value, count: number) => transpose(reshape(x, [0, 0, count, HEAD_WIDTH]), [0, 2, 1, 3])

/** Keys or values of each group for all its heads, over five axes. */
const repeated = (x: Value) =>
  reshape(
    expand(reshape(x, ['batch', GROUPS, 1, 'length', HEAD_WIDTH]), [
      'batch',
      GROUPS,
      HEADS / GROUPS,
      'length',
      HEAD_WIDTH,
    ]),
    ['batch', HEADS, 'length', HEAD_WIDTH],
  )

function attention(x: Value, parameters: Value[]): Value {
  const [cos, sin] = ['cos', 'sin'].map((name) => input(name, ['batch', 'length', HEAD_WIDTH / 2])) as [
    Value,
    Value,
  ]
  const q = rope(heads(adapted(x, 'q', WIDTH, parameters), HEADS), cos, sin)
  const k = rope(heads(adapted(x, 'k', GROUPS * HEAD_WIDTH, parameters), GROUPS), cos, sin)
  const v = heads(adapted(x, 'v', GROUPS * HEAD_WIDTH, parameters), GROUPS)
  const scores = matmul(q, repeated(k), { transposeB: true, scale: 1 / Math.sqrt(HEAD_WIDTH) })
  const bias = input('bias', ['batch', 1, 'length', 'length'])
  const mixed = matmul(softmax(add(scores, bias)), repeated(v))
  return adapted(reshape(transpose(mixed, [0, 2, 1, 3]), [0, 0, WIDTH]), 'o', WIDTH, parameters)
}

function withGradients(logits: Value, parameters: Value[]): Record<string, Value> {
  const labels = reshape(input('labels', ['batch', 'length'], 'i32'), [-1])
  const loss = sum(crossEntropy(reshape(logits, ['batch*length', VOCABULARY]), labels))
  const found = gradients(loss, parameters)
  const named = parameters.map((p, place) => [
    p.operation.kind === 'parameter' ? p.operation.name : '',
    found[place] as Value,
  ])
  return { logits, loss, ...Object.fromEntries(named) }
}

const embedded = () => gather(weight('embed', [VOCABULARY, WIDTH]), input('ids', ['batch', 'length'], 'i32'))
const unembedded = (x: Value) => matmul(x, weight('embed', [VOCABULARY, WIDTH]), { transposeB: true })

/** A llama layer: RMS norm, rotated grouped-query attention, SwiGLU. */
export function llamaLayer(): Record<string, Value> {
  const parameters: Value[] = []
  const x = embedded()
  const attended = add(x, attention(rmsNorm(x, weight('norm1', [WIDTH]), 1e-5), parameters))
  const normal = rmsNorm(attended, weight('norm2', [WIDTH]), 1e-5)
  const gated = mul(silu(adapted(normal, 'gate', 24, parameters)), adapted(normal, 'up', 24, parameters))
  return withGradients(unembedded(add(attended, adapted(gated, 'down', WIDTH, parameters))), parameters)
}

/** A GPT-2 layer's feed-forward, with everything trainable, embeddings included. */
export function gpt2Layer(): Record<string, Value> {
  const named = (name: string, shape: readonly number[]) => parameter(name, shape)
  const table = named('embed', [VOCABULARY, WIDTH])
  const places = named('positions', [32, WIDTH])
  const scale = named('norm.scale', [WIDTH])
  const shift = named('norm.shift', [WIDTH])
  const [up, upBias] = [named('up', [WIDTH, 32]), named('up.bias', [32])]
  const down = named('down', [32, WIDTH])
  const all = gather(places, input('places', ['batch', 'length'], 'i32'))
  const x = add(gather(table, input('ids', ['batch', 'length'], 'i32')), all)
  const normal = layerNorm(x, scale, shift, 1e-5)
  const hidden = geluTanh(add(matmul(normal, up), upBias))
  const halves = slice(mul(hidden, constant([0.5], [1])), 2, 0, 32)
  const y = add(x, matmul(halves, down))
  return withGradients(matmul(y, table, { transposeB: true }), [
    table,
    places,
    scale,
    shift,
    up,
    upBias,
    down,
  ])
}
