/**
 * flexswarm as a package: everything that its commands do, as functions. Importing it does nothing by itself.
 *
 * @packageDocumentation
 */

export type { ModuleReport } from '../aggregate/aggregate-report.ts'
export { FlexswarmError } from '../base/flexswarm-error.ts'
export type { Log, LogLevel } from '../base/log.ts'
export type { PeerEvent, PeerPhase } from '../node/peer-event.ts'
export {
  type AggregateAdaptersOptions,
  type AggregatedAdapter,
  type AggregatedModule,
  aggregateAdapters,
} from './aggregate-adapters.ts'
export {
  type DemoEvent,
  type DemoOutcome,
  type DemoResult,
  type RunDemoOptions,
  runDemo,
} from './demo/run-demo.ts'
export { type ExamineOptions, examine } from './doctor/examine.ts'
export type { Finding } from './doctor/finding.ts'
export { type EvaluateModelOptions, evaluateModel, type ModelEvaluation } from './evaluate-model.ts'
export { type FederationFile, readFederationFile } from './federation-file.ts'
export { type GenerateTextOptions, generateText } from './generate-text.ts'
export { type InitialisedPeer, type InitPeerOptions, initPeer } from './init-peer.ts'
export { invitePeer, type PeerInvite } from './invite-peer.ts'
export { type PeerFile, readPeerFile } from './peer-file.ts'
export { type PeerOutcome, type RunPeerOptions, runPeer } from './run-peer.ts'
export { type StrategyName, strategies } from './strategies.ts'
export { type TrainAdapterOptions, type TrainedAdapter, trainAdapter } from './train-adapter.ts'
export type {
  Check,
  CheckName,
  DirectoryReport,
  RoundReport,
  VerifyReport,
} from './verify/verify-report.ts'
export { type VerifyRunOptions, verifyRun } from './verify/verify-run.ts'
