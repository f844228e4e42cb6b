import { formatBytes } from '../../rank/format-bytes.ts'
import { packageVersion } from '../package-version.ts'
import { type Finding, sound } from './finding.ts'

/** Versions and the machine. */
export function examineRuntime(): Finding {
  const { version, platform, arch, versions } = process
  const memory = `${formatBytes(process.availableMemory())} of memory free`
  return sound('runtime', [
    `flexswarm ${packageVersion()}, Node ${version} (V8 ${versions.v8}) on ${platform} ${arch}`,
    `${navigator.hardwareConcurrency} processors, ${memory}`,
  ])
}
