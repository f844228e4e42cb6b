import type { FileHappening, SwarmFile } from '../../src/swarm/file/swarm-file.ts'

/** A swarm file for another number of peers: every group grows or shrinks, and so do those that a happening names. */
export function scaledSwarm(file: SwarmFile, peers: number): SwarmFile {
  const whole = file.peers.reduce((sum, { count }) => sum + count, 0)
  const scale = peers / whole
  return {
    ...file,
    peers: file.peers.map((group) => ({ ...group, count: Math.max(1, Math.round(group.count * scale)) })),
    happenings: file.happenings.map((happening) => scaledHappening(happening, scale)),
  }
}

/** With half the peers half as many leave. */
function scaledHappening(happening: FileHappening, scale: number): FileHappening {
  if (!('leave' in happening) || !Array.isArray(happening.leave)) return happening
  const places = new Set(happening.leave.map((peer) => Math.floor(peer * scale)))
  const leave = [...places].slice(0, Math.max(1, Math.round(happening.leave.length * scale)))
  return { ...happening, leave }
}
