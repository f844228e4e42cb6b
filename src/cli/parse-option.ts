import { InvalidArgumentError } from 'commander'

/** `--rank 8`: a whole number of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('expected a whole number, 1 or more.')
  return value
}

/** `--seed 0`: a whole number of at least 0. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('expected a whole number, 0 or more.')
  }
  return value
}

/** `--learning-rate 3e-3`: a finite number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('expected a number above 0.')
  return value
}

/** `--dropout 0.05`: a number from 0 up to, not including, 1. */
export function fraction(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value < 1))
    throw new InvalidArgumentError('expected a number from 0 to 1.')
  return value
}

/** `--samples 100,50,25`: numbers above 0, separated by commas. */
export function positiveNumbers(text: string): number[] {
  return text.split(',').map(positiveNumber)
}

/** `--targets q_proj,v_proj` is a list, `--targets all-linear` is peft's word for every linear module. */
export function targetModules(text: string): string[] | 'all-linear' {
  return text === 'all-linear' ? text : text.split(',').map((name) => name.trim())
}
