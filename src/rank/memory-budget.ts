/** Who said how much memory there is, in the order in which they are asked. */
type BudgetSource =
  | 'user'
  | 'nvidia-smi'
  | 'amdgpu'
  | 'apple-unified-memory'
  | 'systeminformation'
  | 'system-memory'

/** The memory that training may take. */
export interface MemoryBudget {
  readonly bytes: number
  readonly source: BudgetSource
  /** The device whose memory it is, as its vendor calls it. */
  readonly device?: string
  /** How `bytes` came about, for people. */
  readonly detail: string
}
