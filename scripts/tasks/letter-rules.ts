import { ALPHABET, isVowel } from './draw.ts'

export const reversed = (text: string): string => [...text].reverse().join('')
export const sortedLetters = (text: string): string => [...text].sort().join('')
export const withoutVowels = (text: string): string => [...text].filter((letter) => !isVowel(letter)).join('')
export const onlyVowels = (text: string): string => [...text].filter(isVowel).join('')

/** Every letter replaced by what `change` makes of it. */
export const eachLetter = (text: string, change: (letter: string) => string): string =>
  [...text].map(change).join('')

export const eachVowel = (text: string, change: (letter: string) => string): string =>
  eachLetter(text, (letter) => (isVowel(letter) ? change(letter) : letter))

/** The letter that many places on in the alphabet, after z again a. */
export function letterAfter(letter: string, places: number): string {
  const at = ALPHABET.indexOf(letter) + places
  return ALPHABET[(at + ALPHABET.length) % ALPHABET.length] as string
}
