import type { AdapterConfig } from '../base/adapter.ts'
import { InvalidAdapterError, UnsupportedAdapterError } from './adapter-errors.ts'

/** `adapter_config.json` before anything in it is believed. */
interface Json {
  readonly [field: string]: unknown
  readonly alpha_pattern?: unknown
  readonly base_model_name_or_path?: unknown
  readonly bias?: unknown
  readonly exclude_modules?: unknown
  readonly fan_in_fan_out?: unknown
  readonly init_lora_weights?: unknown
  readonly layers_pattern?: unknown
  readonly layers_to_transform?: unknown
  readonly peft_type?: unknown
  readonly rank_pattern?: unknown
  readonly target_modules?: unknown
  readonly task_type?: unknown
  readonly use_rslora?: unknown
}

/** Fields that `AdapterConfig` holds. */
const READ = [
  'base_model_name_or_path',
  'r',
  'lora_alpha',
  'lora_dropout',
  'target_modules',
  'fan_in_fan_out',
  'use_rslora',
  'rank_pattern',
  'alpha_pattern',
]
/** Fields that say nothing about what trained factors mean, whatever they hold. */
const HARMLESS = [
  'auto_mapping',
  'eva_config',
  'exclude_modules',
  'inference_mode',
  'layers_pattern',
  'layers_to_transform',
  'lora_ga_config',
  'corda_config',
  'loftq_config',
  'megatron_core',
  'peft_version',
  'qalora_group_size',
  'revision',
  'runtime_config',
]
/** Initialisations that leave the base weights as they are; pissa, olora, loftq, corda and lora_ga change them. */
const PLAIN_INITIALISATIONS = [true, false, null, 'gaussian', 'eva', 'orthogonal']
const CHECKED = ['peft_type', 'task_type', 'bias', 'init_lora_weights']

/**
 * `adapter_config.json` → what we train by it. A field that we do not know is refused by name as soon as it is set
 * to anything (true, a list that is not empty, …), so that no adapter is silently read as something else.
 * `modules` are those that have factors; they stand in where the file restricts its targets in other ways.
 */
export function parsePeftConfig(json: Json, directory: string, modules: readonly string[]): AdapterConfig {
  refuseUnsupported(json, directory)
  const number = (field: string, fallback: number | null = null): number => {
    const value = json[field] ?? fallback
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new InvalidAdapterError(directory, `${field} is not a number`)
    }
    return value
  }
  return {
    baseModel: typeof json.base_model_name_or_path === 'string' ? json.base_model_name_or_path : null,
    rank: wholeRank(number('r'), directory),
    alpha: number('lora_alpha', 8),
    rsLora: json.use_rslora === true,
    dropout: number('lora_dropout', 0),
    targetModules: readTargets(json, modules),
    rankPattern: readPattern(json.rank_pattern, 'rank_pattern', directory),
    alphaPattern: readPattern(json.alpha_pattern, 'alpha_pattern', directory),
    fanInFanOut: json.fan_in_fan_out === true,
  }
}

function refuseUnsupported(json: Json, directory: string): void {
  const refuse = (field: string, nextStep: string): never => {
    throw new UnsupportedAdapterError(directory, field, json[field], nextStep)
  }
  if (json.peft_type !== 'LORA') refuse('peft_type', 'Give a LoRA adapter (peft_type LORA).')
  if (json.task_type !== null && json.task_type !== undefined && json.task_type !== 'CAUSAL_LM') {
    refuse('task_type', 'Give an adapter of a causal language model.')
  }
  if ((json.bias ?? 'none') !== 'none') refuse('bias', 'Train the adapter with bias "none".')
  if (!PLAIN_INITIALISATIONS.includes((json.init_lora_weights ?? true) as string | boolean)) {
    refuse(
      'init_lora_weights',
      'Convert it to plain LoRA: peft saves it so with path_initial_model_for_weight_conversion.',
    )
  }
  for (const field of Object.keys(json)) {
    const known = [...READ, ...HARMLESS, ...CHECKED].includes(field)
    if (!known && isSet(json[field]))
      refuse(field, `Train the adapter without ${field}, or merge it into its base model.`)
  }
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return value !== null && value !== undefined && value !== false
}

function readTargets(json: Json, modules: readonly string[]): readonly string[] | string {
  const { target_modules: targets } = json
  const restricted = [json.exclude_modules, json.layers_to_transform, json.layers_pattern].some(isSet)
  if (restricted) return modules
  if (typeof targets === 'string') return targets
  if (Array.isArray(targets) && targets.every((target) => typeof target === 'string')) return targets
  return modules
}

function wholeRank(rank: number, directory: string): number {
  if (Number.isSafeInteger(rank) && rank >= 1) return rank
  throw new InvalidAdapterError(directory, `r is ${rank}, not a rank`)
}

function readPattern(raw: unknown, field: string, directory: string): Record<string, number> {
  const pattern = raw ?? {}
  if (
    typeof pattern !== 'object' ||
    Array.isArray(pattern) ||
    !Object.values(pattern).every(Number.isFinite)
  ) {
    throw new InvalidAdapterError(directory, `${field} is not a map of numbers`)
  }
  return pattern as Record<string, number>
}

/** What we train → `adapter_config.json`, with the fields that every version of `peft` since 0.9 knows. */
export function peftConfig(config: AdapterConfig): Json {
  return {
    alpha_pattern: config.alphaPattern,
    auto_mapping: null,
    base_model_name_or_path: config.baseModel,
    bias: 'none',
    fan_in_fan_out: config.fanInFanOut,
    inference_mode: true,
    init_lora_weights: true,
    layers_pattern: null,
    layers_to_transform: null,
    lora_alpha: config.alpha,
    lora_dropout: config.dropout,
    modules_to_save: null,
    peft_type: 'LORA',
    r: config.rank,
    rank_pattern: config.rankPattern,
    revision: null,
    target_modules: config.targetModules,
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: config.rsLora,
  }
}
