import { doesNotThrow, equal } from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { NotWithProcessesError, refuseImpossible } from '../../../src/processes/refuse-impossible.ts'
import { readSwarmFile } from '../../../src/swarm/file/read-swarm-file.ts'

const MINIMAL = `name: small
about: four peers
rounds: 2
peers:
  - { count: 3 }
  - { count: 1 }
`

const refuse = (text: string) => refuseImpossible(readSwarmFile(text, 'small.yaml'), text, 'small.yaml')

function refusalOf(text: string): NotWithProcessesError {
  try {
    refuse(text)
  } catch (error) {
    if (error instanceof NotWithProcessesError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('a swarm file for processes', () => {
  it('may kill, stop, slow down, split, join and leave, on any network', () => {
    const happenings = `partition: continue
network: { latency: [1ms, 2ms], megabytesPerSecond: 1, loss: 0.01 }
happenings:
  - { at: 1s, for: 1s, crash: 0 }
  - { at: 1s, for: 1s, hang: all }
  - { at: 1s, times: 3, slow: 1 }
  - { at: 1s, for: 1s, partition: [[0, 1], [2, 3]] }
  - { at: 1s, for: 1s, deaf: 1, to: 2 }
  - { at: 1s, leave: 3 }
  - { aggregator-dies: before, for: 1s }
  - { aggregator-dies: during, for: 1s }
  - { every-round: [crash, hang], within: 1s, for: 1s }
`
    doesNotThrow(() => refuse(MINIMAL + happenings))
  })

  it('is refused at a lie that a process cannot tell', () => {
    const text = MINIMAL.replace('{ count: 1 }', '{ count: 1, lie: false-proof }')
    equal(refusalOf(text).evidence.line, 6)
  })

  const directory = fileURLToPath(new URL('../../../peers/swarms/', import.meta.url))
  const refused = readdirSync(directory).filter((name) => {
    const text = readFileSync(`${directory}${name}`, 'utf8')
    try {
      refuseImpossible(readSwarmFile(text, name), text, name)
      return false
    } catch {
      return true
    }
  })

  it('is any of those that come with flexswarm', () => equal(refused.join(' '), ''))
})
