type Encode = (text: string, specialTokens: boolean) => readonly number[]

export interface CutTokens {
  readonly ids: number[]
  /** For every cut, how many tokens come before it. */
  readonly cuts: number[]
}

/**
 * The tokens of a text that is cut at some characters, such that the tokens before each cut are those of the
 * text before it alone: what a generation starts from is then exactly what was trained. The text is encoded in
 * one go where no token reaches over a cut, else part by part.
 */
export function encodeWithCuts(
  text: string,
  cuts: readonly number[],
  specialTokens: boolean,
  encode: Encode,
): CutTokens {
  const whole = encode(text, specialTokens)
  const counts: number[] = []
  for (const cut of cuts) {
    const before = encode(text.slice(0, cut), specialTokens)
    if (!startsWith(whole, before)) return encodeParts(text, cuts, specialTokens, encode)
    counts.push(before.length)
  }
  return { ids: [...whole], cuts: counts }
}

function encodeParts(
  text: string,
  cuts: readonly number[],
  specialTokens: boolean,
  encode: Encode,
): CutTokens {
  const ids: number[] = []
  const counts: number[] = []
  let from = 0
  for (const cut of [...cuts, text.length]) {
    for (const id of encode(text.slice(from, cut), specialTokens && from === 0)) ids.push(id)
    counts.push(ids.length)
    from = cut
  }
  return { ids, cuts: counts.slice(0, cuts.length) }
}

const startsWith = (whole: readonly number[], before: readonly number[]) =>
  before.length <= whole.length && before.every((id, at) => whole[at] === id)
