import { z } from 'zod'

/**
 * A map with these fields. To zod bytes are a map too, of one entry for each byte, and it names every one that it does
 * not know: 4 MB of bytes in place of a map cost seconds and half a gigabyte. So bytes are refused before.
 */
export const fieldsOf = <Shape extends z.ZodRawShape>(shape: Shape) => onlyMap(z.strictObject(shape))

/** The same for an object schema that exists already. */
export const onlyMap = <Schema extends z.ZodType>(schema: Schema) =>
  // biome-ignore lint/suspicious/noExplicitAny: what goes into a schema is whatever came from outside.
  z.custom<any>(isPlain, 'not a map').pipe(schema)

/**
 * A list from outside of `min` to `max` items. It stops at the first item that is wrong: a plain `z.array` goes on
 * and makes an issue for every one, so that a message of 80 KiB could cost seconds.
 */
export const listOf = <Item extends z.ZodType>(item: Item, min: number, max: number) =>
  z
    .custom<readonly unknown[]>(
      (value) => Array.isArray(value) && value.length >= min && value.length <= max,
      `not a list of ${min} to ${max}`,
    )
    .transform((values, context): readonly z.output<Item>[] => {
      const out: z.output<Item>[] = []
      for (const [at, value] of values.entries()) {
        const parsed = item.safeParse(value)
        if (!parsed.success) return failed(context, at, parsed.error)
        out.push(parsed.data)
      }
      return out
    })

/** A map from outside of at most `max` entries; it stops at the first that is wrong, too. */
export const mapOf = <Item extends z.ZodType>(key: z.ZodType<string>, item: Item, max: number) =>
  z
    .custom<Readonly<Record<string, unknown>>>(
      (value) => isPlain(value) && Object.keys(value).length <= max,
      `not a map of at most ${max}`,
    )
    .transform((values, context): Readonly<Record<string, z.output<Item>>> => {
      const out: [string, z.output<Item>][] = []
      for (const [name, value] of Object.entries(values)) {
        const named = key.safeParse(name)
        if (!named.success) return failed(context, name, named.error)
        const parsed = item.safeParse(value)
        if (!parsed.success) return failed(context, name, parsed.error)
        out.push([name, parsed.data])
      }
      return Object.fromEntries(out)
    })

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)

function failed(
  context: { readonly addIssue: (issue: { code: 'custom'; message: string; path: PropertyKey[] }) => void },
  at: PropertyKey,
  { issues: [issue] }: z.ZodError,
): never {
  context.addIssue({
    code: 'custom',
    message: issue?.message ?? 'refused',
    path: [at, ...(issue?.path ?? [])],
  })
  return z.NEVER
}
