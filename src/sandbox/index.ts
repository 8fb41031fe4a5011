/** The sandbox: a server that behaves as Feishu Hire does. Public as `hire-sync/sandbox`. */

export type { Answer, Reply } from './answers.ts';
export type { App, Incoming } from './app.ts';
export type { Arrival } from './arrivals.ts';
export type { Attachment, BackgroundCheckBody, InterviewBody, NativeInterview } from './bodies.ts';
export type { HandWork } from './by-hand.ts';
export { type Clock, epochNow } from './clock.ts';
export type { StoredObject } from './collection.ts';
export { ENDPOINT_NAMES, type EndpointName } from './endpoints.ts';
export type { Fault, FaultRule } from './faults.ts';
export type { Match } from './match.ts';
export { maxInWindow } from './max-in-window.ts';
export type { AnswerQuirk, Quirk, ReadQuirk } from './quirks.ts';
export { DEFAULT_RULES, type RuleChanges, type Rules } from './rules.ts';
export {
  type AppCredentials,
  createSandbox,
  SANDBOX_APP,
  type Sandbox,
  type SandboxOptions,
  type SandboxState,
} from './sandbox.ts';
export type { SeededIds, SeedObjects } from './seed.ts';
export { type SandboxServer, serveSandbox } from './serve.ts';
export type { Transformation } from './transformations.ts';
export type { Fetch } from './transport.ts';
