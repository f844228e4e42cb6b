import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { demoExamples } from './demo-data/demo-examples.ts'
import { DEMO_PEERS, TEST_EXAMPLES, TRAIN_EXAMPLES } from './demo-data/demo-peers.ts'
import { formatExamples } from './demo-data/format-examples.ts'

const HERE = fileURLToPath(new URL('../peers/demo', import.meta.url))

const { out, seed } = new Command('make-demo-data')
  .description('Writes the training and held-out data of the demo’s peers, each in a format of its own.')
  .option('--out <directory>', 'where the peers’ folders are', HERE)
  .option('--seed <number>', 'of the data', Number, 1)
  .parse()
  .opts<{ out: string; seed: number }>()

const sides = {
  train: demoExamples('train', TRAIN_EXAMPLES, seed),
  test: demoExamples('test', TEST_EXAMPLES, seed),
}
for (const { name, format } of DEMO_PEERS) {
  for (const side of ['train', 'test'] as const) {
    await rm(join(out, name, side), { force: true, recursive: true })
    for (const [path, text] of formatExamples(side, format, sides[side].get(name) ?? [])) {
      const file = join(out, name, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
  }
}
