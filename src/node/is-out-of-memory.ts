const SIGNS = /out of memory|bad_alloc|failed to allocate|OOM|CUDA_ERROR_OUT_OF_MEMORY|allocation failed/i

/** Whether an engine failed for want of memory, by what its library says: none of them has a code for it. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return SIGNS.test(error.message) || isOutOfMemory(error.cause)
}
