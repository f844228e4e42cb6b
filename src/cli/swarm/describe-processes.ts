import type { RealSwarmReport } from './run-real-swarm.ts'

/** What was done to a swarm's processes, and what the loss of aggregators cost. */
export function describeProcesses({ strikes, takeovers }: RealSwarmReport): string[] {
  const killed = strikes.filter(({ signal }) => signal === 'SIGKILL').length
  const lost = takeovers.filter(({ down }) => down)
  const worst = Math.max(0, ...lost.map(({ costMs, deadlineMs }) => costMs - deadlineMs))
  const costs = lost.map(({ costMs, deadlineMs }) => `${costMs} ms (deadline ${deadlineMs} ms)`)
  return [
    `${killed} processes killed, ${strikes.length - killed} stopped; ${lost.length} aggregators lost`,
    ...(lost.length === 0
      ? []
      : [`each cost at most its deadline and ${(worst / 1_000).toFixed(1)} s: ${costs.join(', ')}`]),
  ]
}
