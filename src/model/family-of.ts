import { gpt2 } from './families/gpt2.ts'
import { llama } from './families/llama.ts'
import { mistral } from './families/mistral.ts'
import { qwen2 } from './families/qwen2.ts'
import { qwen3 } from './families/qwen3.ts'
import type { Family } from './family.ts'
import type { FamilyName, ModelConfig } from './model-config.ts'

/** Every family by its `model_type`. */
export const FAMILIES: Readonly<Record<FamilyName, Family>> = {
  gpt2: gpt2 as Family,
  llama: llama as Family,
  mistral: mistral as Family,
  qwen2: qwen2 as Family,
  qwen3: qwen3 as Family,
}

/** The family that a configuration belongs to. */
export const familyOf = (config: ModelConfig): Family => FAMILIES[config.family]
