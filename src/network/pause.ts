/** Resolves after the time, or at once when called off; it never rejects. */
export function pause(timeMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, timeMs)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}
