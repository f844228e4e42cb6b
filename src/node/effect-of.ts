import type { Effect } from '../round/effect.ts'

/** One kind of effect, by the name of its type. */
export type EffectOf<Type extends Effect['type']> = Extract<Effect, { readonly type: Type }>
