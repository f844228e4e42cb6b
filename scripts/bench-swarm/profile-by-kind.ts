import { Session } from 'node:inspector/promises'

/** What a swarm's time goes into. */
export const KINDS = [
  'delivery',
  'step',
  'codec',
  'hash and sign',
  'work',
  'invariants',
  'garbage collection',
  'other',
] as const
export type Kind = (typeof KINDS)[number]

const BY_FILE: readonly (readonly [RegExp, Kind])[] = [
  [/\/src\/swarm\/invariants\/|\/src\/swarm\/report\//, 'invariants'],
  [/\/src\/swarm\/work\/|\/src\/swarm\/lies\//, 'work'],
  [/\/src\/swarm\/signing\/|\/src\/base\/content-id|^node:.*crypto|\/multiformats\//, 'hash and sign'],
  [/\/src\/base\/|\/node_modules\/|-codec\.ts|signature-claims\.ts/, 'codec'],
  [/\/src\/round\//, 'step'],
  [/\/src\/swarm\//, 'delivery'],
]

/**
 * Runs something under V8's sampling profiler and says what share of the samples each kind of work has. A sample
 * belongs to the innermost function on its stack that is of a known kind.
 */
export async function profileByKind<T>(
  run: () => Promise<T>,
): Promise<{ value: T; shares: Record<Kind, number> }> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 1_000 })
  await session.post('Profiler.start')
  const value = await run()
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  const shares = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>
  const parents = new Map<number, number>()
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id)
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const kindOf = (id: number): Kind => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const frame = nodes.get(at)?.callFrame
      if (frame?.functionName === '(garbage collector)') return 'garbage collection'
      const known = BY_FILE.find(([file]) => file.test(frame?.url ?? ''))
      if (known !== undefined) return known[1]
    }
    return 'other'
  }
  const samples = profile.samples ?? []
  for (const id of samples) shares[kindOf(id)] += 1 / samples.length
  return { value, shares }
}
