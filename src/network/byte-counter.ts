import type { Metrics, MultiaddrConnection } from '@libp2p/interface'
import { AbstractMessageStream } from '@libp2p/utils'

/** Counts what goes over the wire, by libp2p's port for metrics. */
export interface ByteCounter {
  readonly bytes: { in: number; out: number }
  readonly metrics: Metrics
}

export function byteCounter(): ByteCounter {
  const bytes = { in: 0, out: 0 }
  return { bytes, metrics: countingMetrics((connection) => count(connection, bytes)) }
}

/**
 * Listening for 'message' events would steal bytes that arrive before the next layer listens, so the two methods
 * that all bytes pass through are wrapped instead.
 */
function count(connection: MultiaddrConnection, bytes: ByteCounter['bytes']): void {
  if (!(connection instanceof AbstractMessageStream)) return
  const { send, onData } = connection
  connection.send = (data) => {
    bytes.out += data.byteLength
    return send.call(connection, data)
  }
  connection.onData = (data) => {
    bytes.in += data.byteLength
    onData.call(connection, data)
  }
}

/** Everything but the bytes of connections is not measured. */
function countingMetrics(track: (connection: MultiaddrConnection) => void): Metrics {
  const nothing = () => {}
  const gauge = {
    update: nothing,
    increment: nothing,
    decrement: nothing,
    reset: nothing,
    timer: () => nothing,
  }
  const observer = { observe: nothing, reset: nothing, timer: () => nothing }
  return {
    trackMultiaddrConnection: track,
    trackProtocolStream: nothing,
    registerMetric: () => gauge,
    registerMetricGroup: () => gauge,
    registerCounter: () => gauge,
    registerCounterGroup: () => gauge,
    registerHistogram: () => observer,
    registerHistogramGroup: () => observer,
    registerSummary: () => observer,
    registerSummaryGroup: () => observer,
    traceFunction: <F>(_name: string, run: F) => run,
    createTrace: nothing,
  }
}
