import { InvalidModelFileError, UnsupportedModelError } from './model-errors.ts'

/** Reads typed values out of a JSON object of a checkpoint, and names the file and key in what it refuses. */
export class ConfigReader {
  readonly file: string
  readonly #values: Readonly<Record<string, unknown>>
  readonly #prefix: string
  readonly #read = new Set<string>()

  constructor(file: string, values: unknown, prefix = '') {
    this.file = file
    this.#prefix = prefix
    if (!isRecord(values)) throw new InvalidModelFileError(file, prefix || null, 'is not an object')
    this.#values = values
  }

  /** The value as it is; undefined where it is missing or null. */
  raw(key: string): unknown {
    this.#read.add(key)
    return this.#values[key] ?? undefined
  }

  /** A whole number above zero. */
  count(key: string, fallback?: number): number {
    const value = this.number(key, fallback)
    return Number.isSafeInteger(value) && value > 0
      ? value
      : this.#refuse(key, 'is not a whole number above 0')
  }

  /** Whether the key is there, be it null. */
  says(key: string): boolean {
    this.#read.add(key)
    return Object.hasOwn(this.#values, key)
  }

  /** A whole number above zero, or null where it is missing or null. */
  optionalCount(key: string): number | null {
    return this.raw(key) === undefined ? null : this.count(key)
  }

  number(key: string, fallback?: number): number {
    const value = this.raw(key) ?? fallback
    if (value === undefined) return this.#refuse(key, 'is missing')
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#refuse(key, 'is not a number')
  }

  boolean(key: string, fallback: boolean): boolean {
    const value = this.raw(key) ?? fallback
    return typeof value === 'boolean' ? value : this.#refuse(key, 'is neither true nor false')
  }

  /** One of the named values, translated. Anything else is refused as unsupported. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>, fallback: string): T {
    const value = this.raw(key) ?? fallback
    if (typeof value === 'string' && Object.hasOwn(choices, value)) return choices[value] as T
    throw new UnsupportedModelError(this.file, this.#path(key), value, Object.keys(choices))
  }

  /** Refuses any value but the given ones; a missing one passes. */
  requireNeutral(key: string, neutral: readonly unknown[]): void {
    const value = this.raw(key)
    if (value === undefined || neutral.includes(value)) return
    throw new UnsupportedModelError(this.file, this.#path(key), value, neutral)
  }

  /** A list of strings, or undefined where it is missing. */
  strings(key: string): readonly string[] | undefined {
    const value = this.raw(key)
    if (value === undefined) return undefined
    const fits = Array.isArray(value) && value.every((item) => typeof item === 'string')
    return fits ? value : this.#refuse(key, 'is not a list of strings')
  }

  /** A nested object, or undefined where it is missing. */
  object(key: string): ConfigReader | undefined {
    const value = this.raw(key)
    return value === undefined ? undefined : new ConfigReader(this.file, value, this.#path(key))
  }

  /** Keys that nobody asked for, whose value says something (not null, false, or empty). */
  unreadKeys(): string[] {
    return Object.entries(this.#values)
      .filter(([key, value]) => !this.#read.has(key) && value !== null && value !== false)
      .map(([key]) => key)
  }

  #path(key: string): string {
    return this.#prefix === '' ? key : `${this.#prefix}.${key}`
  }

  #refuse(key: string, problem: string): never {
    throw new InvalidModelFileError(this.file, this.#path(key), problem)
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
