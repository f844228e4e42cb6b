import type { LocalRule } from '../aggregate/local-rule.ts'
import type { Factors, ModuleFactors } from '../base/adapter.ts'
import type { RoundStart } from './round-start.ts'

/** Factors with the peer's own B, where it has one of the same rank. */
export const ownBOver = (factors: Factors, own: Factors | null): Factors =>
  new Map([...factors].map(([name, module]) => [name, { ...module, b: ownB(module, own?.get(name)) }]))

/** A round's start with the shared A and the peer's own B; nothing lies below. */
export function withOwnB({ factors, below }: RoundStart, own: Factors | null): RoundStart {
  const both = ownBOver(factors, own)
  return { factors: both, below, whole: both }
}

/** What a peer gives away of what it trained: B of a strategy that shares A alone travels as zeros. */
export const shared = ({ shares }: LocalRule, factors: Factors): Factors =>
  shares !== 'a'
    ? factors
    : new Map(
        [...factors].map(([name, module]) => [name, { ...module, b: new Float32Array(module.b.length) }]),
      )

function ownB(module: ModuleFactors, own: ModuleFactors | undefined): Float32Array {
  if (own === undefined || own.rank !== module.rank || own.b.length !== module.b.length) return module.b
  return own.b.map((value) => (value * own.scaling) / module.scaling)
}
