/** Time as a port, so that pure code and tests never read the machine's clock. */
export interface Clock {
  /** Milliseconds since an origin of the clock's own; it never goes back. */
  nowMs(): number
  /** Calls `run` once after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void
}
