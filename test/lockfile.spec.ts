import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  completeLockfile,
  type Lockfile,
  missingFrom,
} from '../scripts/complete-lockfile/complete-lockfile.ts'

const lockfile = JSON.parse(
  readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'),
) as Lockfile

describe('package-lock.json', () => {
  it('lists the builds of every platform, which `npm ci` asks for', () => {
    deepEqual(missingFrom(lockfile), [])
  })

  it('is completed from the pins of the packages that want a platform build', () => {
    const packages = {
      'node_modules/@biomejs/biome': {
        version: '2.0.0',
        dev: true,
        optionalDependencies: { '@biomejs/cli-linux-x64-musl': '2.0.0', fsevents: '^2.3.2' },
      },
    }
    const { lockfile: completed, added } = completeLockfile({ packages })
    deepEqual(added, ['@biomejs/cli-linux-x64-musl'])
    deepEqual(completed.packages['node_modules/@biomejs/cli-linux-x64-musl'], {
      version: '2.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    })
  })
})
