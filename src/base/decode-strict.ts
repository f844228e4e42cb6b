import { decodeCanonical } from './canonical-cbor.ts'
import type { CborBounds } from './cbor-shape.ts'
import { accept, type Result, refuse } from './result.ts'

/** What a schema must offer; those of zod (`z.strictObject`) do. */
export interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: readonly SchemaIssue[] } }
}

interface SchemaIssue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Canonical bytes from outside as a value of `schema`, or what was wrong first. */
export function decodeStrict<T>(
  bytes: Uint8Array,
  schema: Schema<T>,
  bounds: Partial<CborBounds> = {},
): Result<T> {
  const decoded = decodeCanonical(bytes, bounds)
  if (!decoded.ok) return decoded
  // Nothing that is said consists of bytes alone, and a schema would look at each of them (see `fieldsOf`).
  if (decoded.value instanceof Uint8Array) return refuse('value: bytes')
  const parsed = parseSafely(schema, decoded.value)
  if (parsed === null) return refuse('value: not of the kind that is expected')
  if (parsed.success) return accept(parsed.data)
  const [issue] = parsed.error.issues
  return refuse(`${issue?.path.join('.') || 'value'}: ${issue?.message ?? 'refused'}`)
}

/** zod freezes what is read-only even where it is of another type, and freezing bytes throws. */
function parseSafely<T>(schema: Schema<T>, value: unknown): ReturnType<Schema<T>['safeParse']> | null {
  try {
    return schema.safeParse(value)
  } catch {
    return null
  }
}
