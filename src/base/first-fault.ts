import type { z } from 'zod'

/** What is wrong first with a value that a schema refused. */
export interface Fault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

type Issue = z.core.$ZodIssue

/**
 * The first fault of a value, where it is. Of a field that may have several forms, the one that was most nearly met
 * tells; of a field that nobody knows, its own name is where it is.
 */
export function firstFault({ issues }: z.ZodError): Fault {
  return describe(issues[0])
}

function describe(issue: Issue | undefined, above: readonly PropertyKey[] = []): Fault {
  const path = [...above, ...(issue?.path ?? [])]
  if (issue?.code === 'invalid_union') {
    const nearest = issue.errors.toSorted((one, other) => distance(one) - distance(other))[0]
    const told = nearest?.find(({ code }) => code === 'unrecognized_keys') ?? nearest?.[0]
    if (told !== undefined) return describe(told, path)
  }
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const message =
    unknown === undefined ? (issue?.message ?? 'refused') : `nothing here is called "${unknown}"`
  const where = unknown === undefined ? path : [...path, unknown]
  return { path: where.map((key) => (typeof key === 'number' ? key : String(key))), message }
}

/** Of a form that is not met: how far from it a value is. What is inside a value is nearer than another kind of value. */
const distance = (issues: readonly Issue[]): number =>
  issues.length +
  (issues.some(({ path, code }) => path.length === 0 && code !== 'unrecognized_keys') ? 100 : 0)
