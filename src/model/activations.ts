import { gelu, geluTanh, silu } from '../graph/elementwise.ts'
import type { Value } from '../graph/value.ts'
import type { Activation } from './model-config.ts'

/** transformers' names (`ACT2FN`) of the activations we have. */
export const ACTIVATION_NAMES: Readonly<Record<string, Activation>> = {
  silu: 'silu',
  swish: 'silu',
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'geluTanh',
  gelu_fast: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
}

const FUNCTIONS: Readonly<Record<Activation, (x: Value) => Value>> = { silu, gelu, geluTanh }

export const activate = (activation: Activation, x: Value): Value => FUNCTIONS[activation](x)
