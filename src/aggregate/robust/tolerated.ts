/** Liars among n contributions that a round's votes outlive (n ≥ 3f+1), as far as a rule can bear as many. */
export const toleratedLiars = (count: number, most: number): number =>
  Math.max(0, Math.min(Math.floor((count - 1) / 3), most))
