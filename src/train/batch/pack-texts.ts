import type { TokenExample } from './token-example.ts'

/**
 * Texts end to end, cut into windows of `length` tokens; every token is trained. A text may run over a window's
 * border, and a window may see the end of the text before it: nothing is masked, as is usual in pretraining.
 * The last window is shorter, and left out where it has a single token, which nothing predicts.
 */
export function packTexts(texts: Iterable<readonly number[]>, length: number): TokenExample[] {
  const windows: TokenExample[] = []
  let held: number[] = []
  const take = (ids: number[]) => {
    const window = Int32Array.from(ids)
    windows.push({ ids: window, labels: window.slice() })
  }
  for (const text of texts) {
    for (const id of text) {
      held.push(id)
      if (held.length === length) {
        take(held)
        held = []
      }
    }
  }
  if (held.length > 1) take(held)
  return windows
}
