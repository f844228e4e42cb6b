import type { Value } from '../value.ts'
import { asRows } from './as-rows.ts'
import { plainReshape } from './plain-reshape.ts'

/** A cheaper way to compute a value whose inputs are already rewritten; the value itself where there is none. */
type Rewrite = (value: Value) => Value

const REWRITES: readonly Rewrite[] = [plainReshape, asRows]

export function rewrite(value: Value): Value {
  for (const apply of REWRITES) {
    const better = apply(value)
    if (better !== value) return better
  }
  return value
}
