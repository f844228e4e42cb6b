import { type Random, shuffled } from '../../src/base/random.ts'

export const VOWELS = 'aeiou'
export const CONSONANTS = 'bcdfghjklmnpqrstvwxyz'
export const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'

export const isVowel = (letter: string): boolean => VOWELS.includes(letter)

/** One of the items, or one letter of a text. */
export function pick<T>(items: readonly T[] | string, random: Random): T {
  return items[random.integer(items.length)] as T
}

/** A whole number from `least` to `most`, both included. */
export const between = (least: number, most: number, random: Random): number =>
  least + random.integer(most - least + 1)

/** A made-up word that can be spoken, more or less; it has at least one vowel. */
export function drawWord(random: Random, least = 3, most = 6): string {
  const length = between(least, most, random)
  let word = ''
  while (word.length < length) {
    const after = word.at(-1)
    const vowel = random.uniform() < (after !== undefined && isVowel(after) ? 0.15 : 0.6)
    word += pick<string>(vowel ? VOWELS : CONSONANTS, random)
  }
  return [...word].some(isVowel) ? word : drawWord(random, least, most)
}

/** Different items, as many as asked for, in a random order. */
export const drawSome = <T>(items: readonly T[] | string, count: number, random: Random): T[] =>
  shuffled([...items] as T[], random).slice(0, count)

/** Whole numbers below `bound`, separated by commas. */
export const drawNumbers = (random: Random, least: number, most: number, bound: number): string =>
  Array.from({ length: between(least, most, random) }, () => random.integer(bound)).join(',')

/** Short made-up words with spaces between them. */
export const drawPhrase = (random: Random, least = 2, most = 3): string =>
  Array.from({ length: between(least, most, random) }, () => drawWord(random, 2, 4)).join(' ')

/** Short made-up words with commas between them. */
export const drawWords = (random: Random, least = 3, most = 4): string =>
  drawPhrase(random, least, most).replaceAll(' ', ',')
