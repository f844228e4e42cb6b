import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemoryStore } from '../../../src/store/memory-store.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { storeContract } from './store-contract.ts'

const root = mkdtempSync(join(tmpdir(), 'flexswarm-store-'))
after(() => rmSync(root, { recursive: true }))

storeContract('memory', async () => new MemoryStore())
storeContract('sqlite', () => openStore(mkdtempSync(join(root, 'peer-'))))
