/**
 * The size of one axis: a number, or an expression of sizes known when a program runs: `'batch'`,
 * `'batch*length'`, `'length+past'`. Expressions are polynomials with whole coefficients, always written in
 * one canonical way, so that two dims are equal exactly when they are `===`.
 */
export type Dim = number | string

/** Sizes of the symbols that dims are made of. */
export type Bindings = Readonly<Record<string, number>>

/** Coefficients by monomial; a monomial is its sorted symbols joined by `*`, the constant one is `''`. */
type Polynomial = ReadonlyMap<string, number>

const SYMBOL = /^[a-z][a-z0-9_]*$/i

/** Whether a dim is one plain symbol, such as `'batch'`. */
export const isSymbol = (dim: Dim): dim is string => typeof dim === 'string' && SYMBOL.test(dim)

function parse(dim: Dim): Polynomial {
  if (typeof dim === 'number') return new Map([['', dim]])
  const polynomial = new Map<string, number>()
  for (const term of dim.replaceAll('-', '+-').split('+').filter(Boolean)) {
    const factors = term.replace(/^-(?=[a-z])/i, '-1*').split('*')
    const coefficient = factors.filter((f) => !SYMBOL.test(f)).reduce((product, f) => product * Number(f), 1)
    const monomial = factors.filter((f) => SYMBOL.test(f)).sort()
    accumulate(polynomial, monomial.join('*'), coefficient)
  }
  return polynomial
}

function accumulate(polynomial: Map<string, number>, monomial: string, coefficient: number): void {
  polynomial.set(monomial, (polynomial.get(monomial) ?? 0) + coefficient)
}

function format(polynomial: Polynomial): Dim {
  const terms = [...polynomial].filter(([, coefficient]) => coefficient !== 0)
  if (terms.length === 0) return 0
  const only = terms[0]
  if (terms.length === 1 && only?.[0] === '') return only[1]
  // The constant goes last, the rest by name.
  terms.sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
  return terms.map(formatTerm).join('+').replaceAll('+-', '-')
}

function formatTerm([monomial, coefficient]: readonly [string, number]): string {
  if (monomial === '') return String(coefficient)
  if (coefficient === 1) return monomial
  return coefficient === -1 ? `-${monomial}` : `${coefficient}*${monomial}`
}

/** The dim in its canonical form. */
export const canonicalDim = (dim: Dim): Dim => format(parse(dim))

export function addDims(a: Dim, b: Dim): Dim {
  const sum = new Map(parse(a))
  for (const [monomial, coefficient] of parse(b)) accumulate(sum, monomial, coefficient)
  return format(sum)
}

export const subtractDims = (a: Dim, b: Dim): Dim => addDims(a, multiplyDims(b, -1))

export function multiplyDims(a: Dim, b: Dim): Dim {
  const product = new Map<string, number>()
  for (const [left, x] of parse(a)) {
    for (const [right, y] of parse(b)) {
      const symbols = [...left.split('*'), ...right.split('*')].filter(Boolean).sort()
      accumulate(product, symbols.join('*'), x * y)
    }
  }
  return format(product)
}

export const productOfDims = (shape: readonly Dim[]): Dim => shape.reduce(multiplyDims, 1)

/** `a / b` where `b` is a single term that divides every term of `a`, else undefined. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  const divisor = [...parse(b)]
  const term = divisor[0]
  if (a === b) return 1
  if (divisor.length !== 1 || term === undefined || term[1] === 0) return undefined
  const quotient = new Map<string, number>()
  for (const [monomial, coefficient] of parse(a)) {
    const rest = withoutSymbols(monomial, term[0])
    if (rest === undefined || coefficient % term[1] !== 0) return undefined
    accumulate(quotient, rest, coefficient / term[1])
  }
  return format(quotient)
}

function withoutSymbols(monomial: string, taken: string): string | undefined {
  const symbols = monomial.split('*').filter(Boolean)
  for (const symbol of taken.split('*').filter(Boolean)) {
    const at = symbols.indexOf(symbol)
    if (at < 0) return undefined
    symbols.splice(at, 1)
  }
  return symbols.join('*')
}

/** The symbols a dim is made of. */
export const symbolsOf = (dim: Dim): string[] =>
  typeof dim === 'number' ? [] : [...parse(dim).keys()].flatMap((m) => m.split('*')).filter(Boolean)

/** The dim as a number. Throws a RangeError where a symbol is not bound. */
export function evaluateDim(dim: Dim, bindings: Bindings): number {
  if (typeof dim === 'number') return dim
  let sum = 0
  for (const [monomial, coefficient] of parse(dim)) {
    const factors = monomial.split('*').filter(Boolean)
    sum += factors.reduce((product, symbol) => product * sizeOf(symbol, bindings), coefficient)
  }
  return sum
}

function sizeOf(symbol: string, bindings: Bindings): number {
  const size = bindings[symbol]
  if (size === undefined) throw new RangeError(`the size of "${symbol}" is not known from any input`)
  return size
}

/** The shape with every symbol replaced by its size. */
export const evaluateShape = (shape: readonly Dim[], bindings: Bindings): number[] =>
  shape.map((dim) => evaluateDim(dim, bindings))

/** The terms whose sum a dim is. */
export const termsOf = (dim: Dim): { coefficient: number; symbols: string[] }[] =>
  [...parse(dim)].map(([monomial, coefficient]) => ({
    coefficient,
    symbols: monomial.split('*').filter(Boolean),
  }))
