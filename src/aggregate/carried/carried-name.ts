/**
 * What travels beside the adapter in the global factors, as modules of their own: `base` is added to the frozen
 * weights, `velocity` and `second` are a server optimiser's memory.
 */
export type CarriedPart = 'base' | 'velocity' | 'second'

const PARTS: readonly CarriedPart[] = ['base', 'velocity', 'second']

/** Never a module's own name: no model has a colon in one. */
export const carriedName = (part: CarriedPart, module: string): string => `${part}:${module}`

/** Which part of which module a name is of; `part` null for a module itself. */
export function partOf(name: string): { readonly part: CarriedPart | null; readonly module: string } {
  const part = PARTS.find((one) => name.startsWith(`${one}:`)) ?? null
  return { part, module: part === null ? name : name.slice(part.length + 1) }
}
