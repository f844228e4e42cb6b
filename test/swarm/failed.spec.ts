import { equal, ok } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { runScript } from '../../src/swarm/run-script.ts'
import type { Script } from '../../src/swarm/script/script.ts'

const FOLDER = new URL('./failed/', import.meta.url)
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))

/** The scripts of seeds that broke something once; scripts, since a seed's meaning changes with the fuzzer. */
describe('a swarm that once broke something', () => {
  it('is on file', () => ok(files.length > 0))

  for (const name of files)
    it(`breaks nothing any more: ${name}`, async () => {
      const script = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Script
      equal((await runScript(script)).failure?.message, undefined)
    }).timeout(240_000)
})
