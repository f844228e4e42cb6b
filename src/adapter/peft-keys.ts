const PREFIX = 'base_model.model.'
const KEY = /^base_model\.model\.(.+)\.lora_([AB])\.(?:default\.)?weight$/

/** The module and side that a key of `adapter_model.safetensors` names, or null where it is no LoRA factor. */
export function parsePeftKey(key: string): { module: string; side: 'A' | 'B' } | null {
  const [, module, side] = KEY.exec(key) ?? []
  return module === undefined ? null : { module, side: side as 'A' | 'B' }
}

export const peftKey = (module: string, side: 'A' | 'B'): string => `${PREFIX}${module}.lora_${side}.weight`
