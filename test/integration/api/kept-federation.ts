import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { decodeCanonical, encodeCanonical } from '../../../src/base/canonical-cbor.ts'
import { cidOf } from '../../../src/base/content-id.ts'
import type { Charter } from '../../../src/round/charter/charter.ts'
import { type Certificate, certifiedVote } from '../../../src/round/record/certificate.ts'
import type { RoundRecord } from '../../../src/round/record/record.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { createLab, identityOf } from '../node/lab.ts'

/** Runs peers that keep their things in directories below `run`, until all rounds are done. */
export async function runFederation(run: string, charter: Charter, names: readonly string[]): Promise<void> {
  const lab = createLab(charter)
  const stores = await Promise.all(names.map((name) => openStore(join(run, name))))
  const peers = names.map((name, at) => {
    const store = stores[at]
    return lab.start(name, store === undefined ? {} : { store })
  })
  await Promise.all(peers.map(({ done }) => done))
  for (const store of stores) store.close()
}

/** A copy of a directory that may be tampered with. */
export function copyOf(directory: string, to: string): string {
  mkdirSync(to, { recursive: true })
  cpSync(directory, to, { recursive: true })
  return to
}

type Value = Parameters<typeof encodeCanonical>[0]

/** A peer's kept records and blobs, to read and to tamper with. */
export function openTampering(directory: string) {
  const file = join(directory, 'store.sqlite')
  const database = () => new DatabaseSync(file)
  const change = (sql: string, ...values: (string | number | Uint8Array)[]): void => {
    const opened = database()
    opened.prepare(sql).run(...values)
    opened.close()
  }
  const read = <T>(round: number, column: 'record' | 'certificate'): T => {
    const opened = database()
    const row = opened.prepare(`SELECT ${column} FROM records WHERE height = ?`).get(round)
    opened.close()
    const decoded = decodeCanonical(row?.[column] as Uint8Array, { maxItems: 2 ** 20 })
    if (!decoded.ok) throw new Error(decoded.reason)
    return decoded.value as T
  }
  const record = (round: number) => read<RoundRecord>(round, 'record')
  const certificate = (round: number) => read<Certificate>(round, 'certificate')
  return {
    file,
    record,
    certificate,
    change,
    /** Puts another record in the place of one, with its name and its certificate's changed to fit. */
    replaceRecord(round: number, made: RoundRecord): void {
      const bytes = encodeCanonical(made as unknown as Value)
      const forged = { ...certificate(round), record: cidOf(bytes) }
      change(
        'UPDATE records SET record = ?, cid = ?, certificate = ? WHERE height = ?',
        bytes,
        cidOf(bytes),
        encodeCanonical(forged as unknown as Value),
        round,
      )
    },
    /** The same, but all these peers sign it: what colluding voters could certify. */
    certifyRecord(round: number, made: RoundRecord, names: readonly string[]): void {
      this.replaceRecord(round, made)
      const before = certificate(round)
      const vote = encodeCanonical(certifiedVote(before) as unknown as Value)
      const signatures = names
        .map(identityOf)
        .map(({ peerId, sign }) => ({ peer: peerId, signature: sign('vote', vote) }))
        .sort((one, other) => (one.peer < other.peer ? -1 : 1))
      this.replaceCertificate(round, { ...before, signatures })
    },
    replaceCertificate(round: number, made: Certificate): void {
      change(
        'UPDATE records SET certificate = ? WHERE height = ?',
        encodeCanonical(made as unknown as Value),
        round,
      )
    },
    /** Flips a bit of the signature of the newest message that the peer kept of this step. */
    flipVote(step: string): void {
      const opened = database()
      const row = opened.prepare('SELECT * FROM votes WHERE step = ? ORDER BY height DESC').get(step)
      opened.close()
      const vote = Uint8Array.from(row?.['vote'] as Uint8Array)
      vote[vote.length - 1] = (vote.at(-1) ?? 0) ^ 1
      const place = [row?.['height'], row?.['previous'], row?.['view'], step] as (string | number)[]
      change(
        'UPDATE votes SET vote = ? WHERE height = ? AND previous = ? AND view = ? AND step = ?',
        vote,
        ...place,
      )
    },
    blob: (cid: string) => join(directory, 'blobs', cid),
    flipByte(path: string, at: number): void {
      const bytes = readFileSync(path)
      bytes[at] = (bytes[at] ?? 0) ^ 1
      writeFileSync(path, bytes)
    },
  }
}
