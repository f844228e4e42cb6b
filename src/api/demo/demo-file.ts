import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { readYaml } from '../read-yaml.ts'

const schema = z.strictObject({
  title: z.string(),
  federation: z.string(),
  peers: z
    .array(
      z.strictObject({
        /** The peer's YAML file. */
        file: z.string(),
        /** Held-out examples of the peer's own tasks. */
        test: z.string(),
      }),
    )
    .min(2),
  evaluation: z
    .strictObject({
      /** Longest generated answer in tokens. */
      maxNewTokens: z.number().int().positive().default(32),
      batchSize: z.number().int().positive().default(32),
    })
    .default({ maxNewTokens: 32, batchSize: 32 }),
})

/** A federation whose peers all run on this machine, with what its result is measured on. Paths are absolute. */
export type DemoFile = z.output<typeof schema>

/** @throws {YamlFileError} naming the line or the field that is wrong */
export async function readDemoFile(file: string): Promise<DemoFile> {
  const demo = await readYaml(file, schema)
  const at = (path: string) => resolve(dirname(file), path)
  return {
    ...demo,
    federation: at(demo.federation),
    peers: demo.peers.map((peer) => ({ file: at(peer.file), test: at(peer.test) })),
  }
}
