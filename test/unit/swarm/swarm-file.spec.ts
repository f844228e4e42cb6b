import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readSwarmFile } from '../../../src/swarm/file/read-swarm-file.ts'
import { scriptOf } from '../../../src/swarm/file/script-of.ts'
import { SwarmFileError } from '../../../src/swarm/file/swarm-file-error.ts'

const directory = fileURLToPath(new URL('../../../peers/swarms/', import.meta.url))
const files = readdirSync(directory)

const MINIMAL = 'name: small\nabout: two peers\nrounds: 2\npeers:\n  - { count: 2 }\n'

describe('swarm files', () => {
  for (const file of files)
    it(`${file} is one, and its seed decides its script`, () => {
      const swarm = readSwarmFile(readFileSync(join(directory, file), 'utf8'), file)
      equal(`${swarm.name}.yaml`, file)
      deepEqual(scriptOf(swarm), scriptOf(swarm))
      ok(scriptOf(swarm).peers.length >= 4)
    })

  it('say when, who and what', () => {
    const text = `${MINIMAL}happenings:\n  - { at: 1.5s, for: 200ms, crash: all }\n  - { at: 2m, leave: 1 }\n`
    deepEqual(scriptOf(readSwarmFile(text, 'small.yaml')).happenings, [
      { type: 'crash', atMs: 1_500, peer: 0, forMs: 200 },
      { type: 'crash', atMs: 1_500, peer: 1, forMs: 200 },
      { type: 'leave', atMs: 120_000, peer: 1 },
    ])
  })

  it('spread what a group draws over its peers', () => {
    const text = MINIMAL.replace('count: 2', 'count: 4, rank: [4, 8], samples: [10, 20], joins: [1s, 2s]')
    const { peers } = scriptOf(readSwarmFile(text, 'small.yaml'))
    deepEqual(
      peers.map(({ rank }) => rank),
      [4, 8, 4, 8],
    )
    ok(peers.every(({ samples, joinsAtMs }) => samples >= 10 && samples <= 20 && (joinsAtMs ?? 0) >= 1_000))
  })

  it('are refused with the place where they are wrong', () => {
    throws(
      () => readSwarmFile(MINIMAL.replace('count: 2', 'count: two'), 'bad.yaml'),
      (error) => error instanceof SwarmFileError && error.evidence.where === 'peers.0.count',
    )
    throws(() => readSwarmFile('name: [', 'bad.yaml'), SwarmFileError)
    throws(() => readSwarmFile(`${MINIMAL}suprise: 1\n`, 'bad.yaml'), SwarmFileError)
  })
})
