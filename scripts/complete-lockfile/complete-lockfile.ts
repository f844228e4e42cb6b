/** What this script reads and writes of one package in a lockfile of version 3. */
export interface LockedPackage {
  version?: string
  cpu?: string[]
  dev?: boolean
  libc?: string[]
  optional?: boolean
  os?: string[]
  optionalDependencies?: Record<string, string>
}

export interface Lockfile {
  packages: Record<string, LockedPackage>
}

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const EXACT = /^\d+\.\d+\.\d+$/

/** The exactly pinned optional packages that a lockfile wants and does not list, as `name@version`. */
export function missingFrom({ packages }: Lockfile): string[] {
  return wanted({ packages }).map(({ name, version }) => `${name}@${version}`)
}

/** Adds what {@link missingFrom} finds; the platform is read off the package's name. */
export function completeLockfile({ packages, ...rest }: Lockfile): { lockfile: Lockfile; added: string[] } {
  const added = wanted({ packages })
  const entries = added.map(
    ({ name, version, dev }) => [`node_modules/${name}`, entry(name, version, dev)] as const,
  )
  const sorted = [...Object.entries(packages), ...entries].sort(([a], [b]) => a.localeCompare(b, 'en'))
  return { lockfile: { ...rest, packages: Object.fromEntries(sorted) }, added: added.map(({ name }) => name) }
}

function wanted({ packages }: Lockfile): { name: string; version: string; dev: boolean }[] {
  return Object.values(packages).flatMap(({ optionalDependencies = {}, dev = false }) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => EXACT.test(version) && packages[`node_modules/${name}`] === undefined)
      .map(([name, version]) => ({ name, version, dev })),
  )
}

function entry(name: string, version: string, dev: boolean): LockedPackage {
  const words = name.split(/[/-]/)
  const at = words.findIndex((word) => SYSTEMS.includes(word))
  const [os, cpu] = words.slice(at)
  if (os === undefined || cpu === undefined || at < 0)
    throw new Error(`${name} names no platform; add it by hand`)
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : undefined
  return { version, cpu: [cpu], ...(dev && { dev }), ...(libc && { libc }), optional: true, os: [os] }
}
