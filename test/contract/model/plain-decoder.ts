/**
 * A decoder from first principles, in plain loops over float64, that shares no code with src: what
 * transformers' Llama, Qwen2, Qwen3 and Mistral classes define. Slow and meant to be read.
 */
export interface PlainConfig {
  readonly model_type: string
  readonly hidden_size: number
  readonly num_hidden_layers: number
  readonly num_attention_heads: number
  readonly num_key_value_heads: number
  readonly head_dim?: number
  readonly rms_norm_eps: number
  readonly tie_word_embeddings: boolean
  readonly rope_theta?: number
  readonly rope_scaling?: object | null
  readonly rope_parameters?: object
  readonly sliding_window?: number | null
  readonly use_sliding_window?: boolean
  readonly max_window_layers?: number
  readonly layer_types?: readonly string[]
}

interface PlainRope {
  readonly rope_theta: number
  readonly rope_type?: string
  readonly factor: number
  readonly low_freq_factor: number
  readonly high_freq_factor: number
  readonly original_max_position_embeddings: number
}

export interface PlainModel {
  /** config.json, as it is on disk. */
  readonly config: PlainConfig
  /** Base tensors by their full names. */
  readonly weights: ReadonlyMap<string, Float64Array>
  /** LoRA factors by `<module>.lora_A.weight` and `…lora_B.weight`, with one rank and scaling for all. */
  readonly factors?: ReadonlyMap<string, Float64Array>
  readonly rank?: number
  readonly scaling?: number
}

type Rows = Float64Array[]

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number)
  return sum
}

const need = (tensors: ReadonlyMap<string, Float64Array>, name: string): Float64Array => {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`no tensor ${name}`)
  return tensor
}

/** W·x for a W stored [out, in]. */
function apply(w: Float64Array, x: Float64Array): Float64Array {
  const out = new Float64Array(w.length / x.length)
  return out.map((_, row) => dot(w.subarray(row * x.length, (row + 1) * x.length), x))
}

function linear(model: PlainModel, name: string, x: Float64Array): Float64Array {
  let y = apply(need(model.weights, `${name}.weight`), x)
  const bias = model.weights.get(`${name}.bias`)
  if (bias !== undefined) y = y.map((value, at) => value + (bias[at] as number))
  const a = model.factors?.get(`${name}.lora_A.weight`)
  if (a === undefined) return y
  const update = apply(need(model.factors ?? new Map(), `${name}.lora_B.weight`), apply(a, x))
  return y.map((value, at) => value + (model.scaling ?? 1) * (update[at] as number))
}

function rmsNorm(x: Float64Array, scale: Float64Array, epsilon: number): Float64Array {
  const root = Math.sqrt(dot(x, x) / x.length + epsilon)
  return x.map((value, at) => (value / root) * (scale[at] as number))
}

const silu = (x: number): number => x / (1 + Math.exp(-x))

/** Radians per position of each pair (modeling_rope_utils: `default` and `llama3`). */
function frequencies(config: PlainModel['config'], headDim: number): number[] {
  const rope = {
    rope_theta: config.rope_theta,
    ...config.rope_scaling,
    ...config.rope_parameters,
  } as PlainRope
  return Array.from({ length: headDim / 2 }, (_, pair) => {
    const frequency = 1 / rope.rope_theta ** ((2 * pair) / headDim)
    if ((rope.rope_type ?? 'default') === 'default') return frequency
    const { factor, low_freq_factor, high_freq_factor, original_max_position_embeddings } = rope
    const turns = original_max_position_embeddings * (frequency / (2 * Math.PI))
    if (turns > high_freq_factor) return frequency
    if (turns < low_freq_factor) return frequency / factor
    const smooth = (turns - low_freq_factor) / (high_freq_factor - low_freq_factor)
    return (1 - smooth) * (frequency / factor) + smooth * frequency
  })
}

/** Element i turns together with element i + d/2. */
function rotate(x: Float64Array, position: number, speeds: readonly number[]): Float64Array {
  const half = speeds.length
  const out = new Float64Array(x.length)
  for (const [pair, speed] of speeds.entries()) {
    const [cos, sin] = [Math.cos(position * speed), Math.sin(position * speed)]
    const [first, second] = [x[pair] as number, x[pair + half] as number]
    out[pair] = first * cos - second * sin
    out[pair + half] = second * cos + first * sin
  }
  return out
}

/** How far back layer `layer` sees, itself included. */
function windowOf(config: PlainModel['config'], layer: number): number {
  if (config.model_type === 'mistral') return config.sliding_window ?? Number.POSITIVE_INFINITY
  if (!config.use_sliding_window) return Number.POSITIVE_INFINITY
  const kind =
    config.layer_types?.[layer] ?? (layer >= (config.max_window_layers ?? 28) ? 'sliding_attention' : 'full')
  return kind === 'sliding_attention' ? (config.sliding_window ?? 0) : Number.POSITIVE_INFINITY
}

function attention(model: PlainModel, layer: number, xs: Rows, mask: readonly number[]): Rows {
  const { config } = model
  const heads = config.num_attention_heads
  const kvHeads = config.num_key_value_heads
  const d = config.head_dim ?? config.hidden_size / heads
  const name = `model.layers.${layer}.self_attn`
  const speeds = frequencies(config, d)
  const head = (x: Float64Array, which: number) => x.subarray(which * d, (which + 1) * d)
  const normed = (x: Float64Array, which: string) => {
    const scale = model.weights.get(`${name}.${which}_norm.weight`)
    return scale === undefined ? x : rmsNorm(x, scale, config.rms_norm_eps)
  }
  const [q, k, v] = ['q', 'k', 'v'].map((which) =>
    xs.map((x) => linear(model, `${name}.${which}_proj`, x)),
  ) as [Rows, Rows, Rows]
  return xs.map((_, t) => {
    const mixed = new Float64Array(heads * d)
    for (let h = 0; h < heads; h++) {
      const shared = Math.floor(h / (heads / kvHeads))
      const query = rotate(normed(head(q[t] as Float64Array, h), 'q'), t, speeds)
      const scores = k.map((key, s) => {
        const seen = s <= t && t - s < windowOf(config, layer) && mask[s] === 1
        return seen ? dot(query, rotate(normed(head(key, shared), 'k'), s, speeds)) / Math.sqrt(d) : -Infinity
      })
      // Padding whose window holds nothing but padding sees nothing; nobody sees it either.
      const highest = Math.max(...scores, -1e9)
      const odds = scores.map((score) => Math.exp(score - highest))
      const total = odds.reduce((sum, value) => sum + value, 0) || 1
      for (const [s, value] of odds.entries()) {
        const source = head(v[s] as Float64Array, shared)
        for (let i = 0; i < d; i++)
          mixed[h * d + i] = (mixed[h * d + i] as number) + (value / total) * (source[i] as number)
      }
    }
    return linear(model, `${name}.o_proj`, mixed)
  })
}

const add = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, at) => value + (b[at] as number))

/** Logits of one sequence, a row for each position. Those of padding mean nothing. */
export function plainLogits(model: PlainModel, ids: readonly number[], mask: readonly number[]): Rows {
  const { config, weights } = model
  const hidden = config.hidden_size
  const epsilon = config.rms_norm_eps
  const table = need(weights, 'model.embed_tokens.weight')
  let xs: Rows = ids.map((id) => table.slice(id * hidden, (id + 1) * hidden))
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const name = `model.layers.${layer}`
    const before = need(weights, `${name}.input_layernorm.weight`)
    const after = need(weights, `${name}.post_attention_layernorm.weight`)
    const attended = attention(
      model,
      layer,
      xs.map((x) => rmsNorm(x, before, epsilon)),
      mask,
    )
    xs = xs.map((x, t) => add(x, attended[t] as Float64Array))
    xs = xs.map((x) => {
      const y = rmsNorm(x, after, epsilon)
      const gate = linear(model, `${name}.mlp.gate_proj`, y).map(silu)
      const up = linear(model, `${name}.mlp.up_proj`, y)
      return add(
        x,
        linear(
          model,
          `${name}.mlp.down_proj`,
          gate.map((value, at) => value * (up[at] as number)),
        ),
      )
    })
  }
  const last = need(weights, 'model.norm.weight')
  const head = config.tie_word_embeddings ? table : need(weights, 'lm_head.weight')
  return xs.map((x) => apply(head, rmsNorm(x, last, epsilon)))
}

/** Mean of −log softmax(logits[t − 1])[label[t]] over labels that are not -100. */
export function plainLoss(
  model: PlainModel,
  sequences: readonly { ids: readonly number[]; mask: readonly number[]; labels: readonly number[] }[],
): number {
  let [total, count] = [0, 0]
  for (const { ids, mask, labels } of sequences) {
    const logits = plainLogits(model, ids, mask)
    for (let t = 1; t < ids.length; t++) {
      const label = labels[t] as number
      if (label === -100) continue
      const row = logits[t - 1] as Float64Array
      const highest = Math.max(...row)
      const odds = row.reduce((sum, value) => sum + Math.exp(value - highest), 0)
      total += Math.log(odds) + highest - (row[label] as number)
      count++
    }
  }
  return total / count
}
