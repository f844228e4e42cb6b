import type { Happening } from '../swarm/script/script.ts'
import { strikeOf } from '../swarm/script/strike-of.ts'
import type { LiveSwarm } from './live-swarm.ts'
import type { SwarmProcess } from './swarm-process.ts'

type Timed = Extract<Happening, { atMs: number }>

/** Plans everything that the script says will befall the swarm, from its start on. */
export function planHappenings(swarm: LiveSwarm): void {
  const { script, processes } = swarm
  for (const process of processes) {
    const { joinsAtMs } = process.peer.script
    if (joinsAtMs !== null) swarm.at(joinsAtMs, () => process.start())
  }
  for (const happening of script.happenings) if ('atMs' in happening) plan(swarm, happening)
  swarm.at(script.calmAtMs, () => calm(swarm))
  planStrikes(swarm, 1)
}

/** A round begins: somebody will be struck in it, if the script says so. */
export function planStrikes(swarm: LiveSwarm, round: number): void {
  const { script, processes, nowMs } = swarm
  if (round > swarm.rounds || nowMs >= script.calmAtMs) return
  const up = processes.filter(({ state }) => state === 'up').map(({ peer }) => peer.at)
  for (const happening of script.happenings) {
    const strike = happening.type === 'every-round' ? strikeOf(script, happening, round, up) : null
    if (strike === null) continue
    const { peer, kind: type, afterMs, forMs } = strike
    plan(swarm, { type, atMs: nowMs + afterMs, peer, forMs })
  }
}

function plan(swarm: LiveSwarm, happening: Timed): void {
  swarm.at(happening.atMs, () => {
    if (happening.type === 'partition') return split(swarm, happening)
    if (happening.type === 'cut') return cut(swarm, happening)
    const process = swarm.processes[happening.peer]
    if (process !== undefined) befall(swarm, process, happening)
  })
}

function befall(swarm: LiveSwarm, process: SwarmProcess, happening: Extract<Timed, { peer: number }>): void {
  switch (happening.type) {
    case 'crash':
      void swarm.crash(process, happening.forMs)
      return
    case 'hang':
      swarm.hang(process, happening.forMs)
      return
    case 'slow':
      process.slow(happening.factor)
      if (happening.forMs !== null) swarm.after(happening.forMs, () => process.slow(1))
      return
    case 'leave':
      process.leave()
  }
}

function split(swarm: LiveSwarm, { sides, forMs }: Extract<Timed, { type: 'partition' }>): void {
  const { processes } = swarm
  for (const process of processes) {
    const others = processes
      .filter(({ peer }) => sides[peer.at] !== sides[process.peer.at])
      .map(({ peer }) => peer.peerId)
    process.reach(others, others)
  }
  swarm.note(`the network splits for ${seconds(forMs)}`)
  swarm.after(forMs, () => heal(swarm))
}

function cut(swarm: LiveSwarm, { from, to, forMs }: Extract<Timed, { type: 'cut' }>): void {
  const [speaker, deaf] = [swarm.processes[from], swarm.processes[to]]
  if (speaker === undefined || deaf === undefined) return
  deaf.reach([speaker.peer.peerId], [])
  speaker.reach([], [deaf.peer.peerId])
  swarm.note(`${deaf.peer.name} does not hear ${speaker.peer.name} for ${seconds(forMs)}`)
  swarm.after(forMs, () => heal(swarm))
}

function heal(swarm: LiveSwarm): void {
  if (swarm.processes.every(({ reachesAll }) => reachesAll)) return
  for (const process of swarm.processes) process.reach([], [])
  swarm.note('the network is whole again')
}

/** From here on nothing bad happens: everybody who comes back is back. */
function calm(swarm: LiveSwarm): void {
  const { processes } = swarm
  heal(swarm)
  for (const process of processes) {
    process.calm()
    process.resume()
    if ((process.peer.script.joinsAtMs ?? 0) <= swarm.nowMs) process.start()
  }
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`
