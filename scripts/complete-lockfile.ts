/**
 * Names in package-lock.json the builds of every platform.
 *
 * npm leaves out the optional packages that the registry it wrote the lockfile with did not have,
 * and `npm ci` then refuses the whole file. Their versions are pinned by the packages that want
 * them, so they can be written down without being fetched; on a platform that needs one, npm
 * fetches it. Run `npm run lock` after any change of dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { completeLockfile, type Lockfile } from './complete-lockfile/complete-lockfile.ts'

const path = new URL('../package-lock.json', import.meta.url)
const { lockfile, added } = completeLockfile(JSON.parse(readFileSync(path, 'utf8')) as Lockfile)
writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`)
process.stdout.write(`${added.length} optional packages added to package-lock.json\n`)
