import { deepEqual, equal } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const FRONT_DOOR = new URL('../../../src/api/flexswarm.ts', import.meta.url).href

describe('the package', function () {
  this.timeout(400_000)
  const cwd = mkdtempSync(join(tmpdir(), 'flexswarm-import-'))
  after(() => rmSync(cwd, { recursive: true }))

  it('offers what the commands do, and importing it does nothing', async () => {
    const script = `
      const found = await import(${JSON.stringify(FRONT_DOOR)})
      console.log(JSON.stringify({ names: Object.keys(found), open: process.getActiveResourcesInfo() }))`
    const args = ['--input-type=module', '--eval', script]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd })
    equal(stderr, '')
    const { names, open } = JSON.parse(stdout) as { names: string[]; open: string[] }
    deepEqual(names.sort(), [
      'FlexswarmError',
      'aggregateAdapters',
      'evaluateModel',
      'examine',
      'generateText',
      'initPeer',
      'invitePeer',
      'readFederationFile',
      'readPeerFile',
      'runDemo',
      'runPeer',
      'strategies',
      'trainAdapter',
      'verifyRun',
    ])
    deepEqual(
      open.filter((kind) => !/^(PipeWrap|TTYWrap|FSReqPromise|CloseReq)$/.test(kind)),
      [],
    )
    deepEqual(readdirSync(cwd), [])
  })
})
