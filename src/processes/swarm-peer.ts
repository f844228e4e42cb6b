import { startPeer } from '../node/start-peer.ts'
import { liarOf } from './lies/real-lies.ts'
import { Links } from './links.ts'
import { openSwarmPeer } from './open-swarm-peer.ts'
import { readPeerDefinition } from './peer-definition.ts'
import type { SwarmPeerCommand, SwarmPeerEvent } from './swarm-peer-event.ts'
import { askingPeer } from './work/asking-peer.ts'

/*
 * The process of one peer of a scripted swarm: `node swarm-peer.ts DEFINITION`. It tells its events on standard output,
 * one JSON object a line, and takes its runner's commands. It ends when it is told to, or when its runner is gone.
 */

const print = (event: SwarmPeerEvent) => void process.stdout.write(`${JSON.stringify(event)}\n`)

const definition = readPeerDefinition(process.argv[2] ?? '')
const ending = Promise.withResolvers<void>()
let slowness = 1
let calm = false
/** Moments at which it waits for the runner's word, the oldest first. */
const waiting: (() => void)[] = []
let leave = () => {}
/** It was told to end, or to leave: it is not started again when it is done. */
let over = false

// A terminal's Ctrl-C reaches every process of the group: what becomes of the peers is the runner's to say.
process.on('SIGINT', () => {})
const stopped = new Set<number>()
const runnerIsGone = () => {
  for (const pid of stopped) wake(pid)
  process.exit(1)
}
process.on('disconnect', runnerIsGone)
process.on('message', (command: SwarmPeerCommand) => {
  over ||= command.do === 'end' || command.do === 'leave'
  if (command.do === 'end') ending.resolve()
  if (command.do === 'leave') leave()
  if (command.do === 'go-on') waiting.shift()?.()
  if (command.do === 'calm') calm = true
  if (command.do === 'wake') stopped.add(command.pid)
  if (command.do === 'slow') slowness = command.factor
  if (command.do === 'reach') links.set(command)
})

const links = new Links()
const honest = await openSwarmPeer(definition, { tell, slowness: () => slowness, isCalm: () => calm })
const { asks: moments, firstHalf } = definition
const asked = askingPeer(links.around(honest), { moments, firstHalf }, (moment, round) => {
  const { promise, resolve } = Promise.withResolvers<void>()
  waiting.push(resolve)
  print({ type: 'moment', moment, round })
  return promise
})
const { ports, work } = liarOf(asked, definition.lie)
// Nobody knows who will be started again: it serves the others until the runner has seen all of them finish.
while (!over) {
  const running = startPeer(ports, work)
  leave = running.leave
  void ending.promise.then(running.stop)
  await running.done
}
tell({ type: 'finished', rounds: ports.store.lastRecord()?.height ?? 0, adapterDirectory: '' })
await honest.close()
process.off('disconnect', runnerIsGone)
process.disconnect()

function tell(event: SwarmPeerEvent): void {
  print(event)
  if (event.type !== 'phase' && event.type !== 'finished') return
  const { bytesOut, messagesOut } = honest.ports.network.metrics()
  print({ type: 'traffic', bytes: bytesOut, messages: messagesOut })
}

/** A stopped process cannot see that its runner is gone; to one that runs, the signal means nothing. */
function wake(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // It has ended already.
  }
}
