/** Which side of a stack a piece of memory is for. */
export type WorkspaceSlot = 'left' | 'right'

/**
 * Memory for stacks that is used again for the next module: a quarter of a gigabyte that is mapped anew for each costs
 * as much time as filling it. What one module was given is overwritten by the next, so a workspace serves one module at
 * a time.
 */
export interface Workspace {
  /** Memory of this length, with whatever is in it. */
  float32(slot: WorkspaceSlot, length: number): Float32Array
}

export function createWorkspace(): Workspace {
  const held = new Map<WorkspaceSlot, Float32Array>()
  return {
    float32(slot, length) {
      const known = held.get(slot)
      if (known !== undefined && known.length >= length) return known.subarray(0, length)
      held.delete(slot)
      const fresh = new Float32Array(length)
      held.set(slot, fresh)
      return fresh
    },
  }
}

/** Memory that stays with whoever asked for it. */
export const freshMemory: Workspace = { float32: (_, length) => new Float32Array(length) }
