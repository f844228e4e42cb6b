import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Adapter, Factors } from '../base/adapter.ts'
import type { WritableTensor } from '../safetensors/writable-tensor.ts'
import { writeSafetensors } from '../safetensors/write-safetensors.ts'
import { OutputNotAdapterError } from './adapter-errors.ts'
import { peftConfig } from './peft-config.ts'
import { peftKey } from './peft-keys.ts'
import { CONFIG_FILE, WEIGHTS_FILE } from './read-adapter.ts'

/**
 * Writes a directory that stock `peft` loads. It is made aside and renamed, so that nobody meets half an adapter; an
 * adapter that is there is replaced, anything else is left alone (`OutputNotAdapterError`).
 */
export function writeAdapter(directory: string, { config, factors }: Adapter): void {
  const target = resolve(directory)
  checkAdapterTarget(target)
  mkdirSync(dirname(target), { recursive: true })
  const aside = `${target}.${process.pid}.partial`
  rmSync(aside, { recursive: true, force: true })
  mkdirSync(aside)
  try {
    writeSafetensors(join(aside, WEIGHTS_FILE), peftTensors(factors), { format: 'pt' })
    writeSynced(join(aside, CONFIG_FILE), `${JSON.stringify(peftConfig(config), null, 2)}\n`)
    replaceDirectory(aside, target)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

/**
 * Throws `OutputNotAdapterError` where an adapter could not be written. Callers with long work ahead ask first.
 */
export function checkAdapterTarget(directory: string): void {
  if (!existsSync(directory)) return
  if (!statSync(directory).isDirectory()) throw new OutputNotAdapterError(directory, null)
  const foreign = readdirSync(directory).find((entry) => entry !== CONFIG_FILE && entry !== WEIGHTS_FILE)
  if (foreign !== undefined) throw new OutputNotAdapterError(directory, foreign)
}

function peftTensors(factors: Factors): WritableTensor[] {
  return [...factors].flatMap(([module, { rank, inFeatures, outFeatures, a, b }]): WritableTensor[] => [
    { name: peftKey(module, 'A'), dtype: 'F32', shape: [rank, inFeatures], data: a },
    { name: peftKey(module, 'B'), dtype: 'F32', shape: [outFeatures, rank], data: b },
  ])
}

function writeSynced(file: string, text: string): void {
  const descriptor = openSync(file, 'w')
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** A directory cannot be renamed over one that holds files: the old one steps aside first, and is removed last. */
function replaceDirectory(from: string, target: string): void {
  const old = `${target}.${process.pid}.old`
  const replaces = existsSync(target)
  if (replaces) renameSync(target, old)
  renameSync(from, target)
  if (replaces) rmSync(old, { recursive: true })
}
