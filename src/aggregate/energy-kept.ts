import type { ModuleAggregate } from './aggregate-module.ts'

/** Share of the mean's energy ‖ΔW‖²_F that its best approximation of this rank keeps: 1 for a mean of zero. */
export function energyKept({ singularValues, energy }: ModuleAggregate, rank: number): number {
  if (energy === 0) return 1
  const kept = singularValues.subarray(0, rank).reduce((sum, value) => sum + value * value, 0)
  return Math.min(1, kept / energy)
}
