import { z } from 'zod';
import { createGate } from './admit.ts';
import { type App, createApp, urlOf } from './app.ts';
import { type Arrival, createArrivalLog } from './arrivals.ts';
import type { Attachment, BackgroundCheckBody, InterviewBody, NativeInterview } from './bodies.ts';
import { type HandWork, workByHand } from './by-hand.ts';
import { type Clock, createClock } from './clock.ts';
import type { StoredObject } from './collection.ts';
import { CONTROL_PATH, createControl } from './control.ts';
import type { EndpointName } from './endpoints.ts';
import { createFaults, type FaultRule } from './faults.ts';
import { createIds, MAX_SEED } from './ids.ts';
import { createLimiter } from './limiter.ts';
import { createQuirks, type Quirk } from './quirks.ts';
import { changeRules, DEFAULT_RULES, parseSetting, type RuleChanges, type Rules } from './rules.ts';
import { type SeededIds, type SeedObjects, seedState } from './seed.ts';
import { createState } from './state.ts';
import { createSaver, loadState } from './state-file.ts';
import { createTokens } from './tokens.ts';
import { createFetch, type Fetch } from './transport.ts';

export interface AppCredentials {
  readonly appId: string;
  readonly appSecret: string;
}

/** The app that a sandbox knows when it is told of none. */
export const SANDBOX_APP: AppCredentials = { appId: 'cli_sandbox', appSecret: 'sandbox-secret' };

export type SandboxOptions = RuleChanges & {
  /** Apps of one tenant that may ask for a token; `SANDBOX_APP` by default. */
  readonly apps?: readonly AppCredentials[];
  /** Whole number, 0–99,999,999: sandboxes of different seeds never give the same id. 1 by default. */
  readonly seed?: number;
  readonly faults?: readonly FaultRule[];
  readonly quirks?: readonly Quirk[];
  /** Where objects, idempotency keys, clock offset and id counter are kept. Nothing is kept without it. */
  readonly stateFile?: string;
  /** The real time in ms since the epoch; `Date.now` by default. */
  readonly now?: () => number;
};

/** All that the sandbox holds, for tests. */
export interface SandboxState {
  readonly nowMs: number;
  readonly rules: Rules;
  /** Writes that were committed, by endpoint, since the start or the last reset. */
  readonly writes: Readonly<Partial<Record<EndpointName, number>>>;
  readonly interviews: readonly StoredObject<InterviewBody>[];
  readonly backgroundChecks: readonly StoredObject<BackgroundCheckBody>[];
  readonly nativeInterviews: readonly NativeInterview[];
  readonly attachments: readonly Attachment[];
  readonly removedApplications: readonly string[];
}

/** A server that behaves as Feishu Hire does, with its own rules and faults. */
export interface Sandbox {
  /** The server as a `fetch`; hosts in URLs are ignored. */
  readonly fetch: Fetch;
  /** The same for a real server: see `serveSandbox`. */
  readonly handle: App;
  readonly clock: Clock;
  /** @throws HireSyncError CONFIG_INVALID naming every mistake; then nothing is changed */
  setRules(changes: RuleChanges): Rules;
  /** Replaces all fault rules. @throws HireSyncError CONFIG_INVALID naming every mistake */
  setFaults(rules: readonly FaultRule[]): void;
  /** Replaces all quirks. @throws HireSyncError CONFIG_INVALID naming every mistake */
  setQuirks(quirks: readonly Quirk[]): void;
  /** Every request so far, by time of arrival; requests to the control paths are not among them. */
  arrivals(): Arrival[];
  /** The external interviews that exist now; copies. */
  interviews(): StoredObject<InterviewBody>[];
  /** The external background checks that exist now; copies. */
  backgroundChecks(): StoredObject<BackgroundCheckBody>[];
  state(): SandboxState;
  /** Puts objects in as if they had been there for a day. @throws HireSyncError CONFIG_INVALID */
  seed(objects: SeedObjects): SeededIds;
  /** Edits and deletes as a person does it in Feishu. @throws HireSyncError CONFIG_INVALID; then nothing is done */
  byHand(work: HandWork): void;
  /** Back to the rules, faults and quirks of the start, with no objects, keys or log. Time, tokens and ids go on. */
  reset(): void;
  /** Resolves when the state file holds everything. @throws HireSyncError CONFIG_INVALID when it cannot be written */
  flush(): Promise<void>;
}

const settings = z.strictObject({
  apps: z.array(z.strictObject({ appId: z.string().min(1), appSecret: z.string().min(1) })).min(1),
  seed: z.int().min(0).max(MAX_SEED),
});

/** @throws HireSyncError CONFIG_INVALID for a wrong option, or a state file that is none */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const {
    apps = [SANDBOX_APP],
    seed = 1,
    faults: script = [],
    quirks: manners = [],
    stateFile,
    now = Date.now,
    ...changes
  } = options;
  parseSetting('sandbox options', settings, { apps, seed });
  const initialRules = changeRules(DEFAULT_RULES, changes);
  const saved = stateFile === undefined ? null : loadState(stateFile);

  let rules = initialRules;
  let writes: Partial<Record<EndpointName, number>> = {};
  const ids = createIds(seed, saved?.lastId);
  const state = createState(ids, saved?.state);
  const clock = createClock({ realNow: now, offsetMs: saved?.clockOffsetMs ?? 0, onChange: changed });
  const tokens = createTokens(clock);
  const faults = createFaults(clock.now);
  faults.set(script);
  const quirks = createQuirks(clock.now);
  quirks.set(manners);
  const arrivals = createArrivalLog();
  const saver =
    stateFile === undefined
      ? null
      : createSaver(stateFile, () => ({
          version: 1,
          lastId: ids.last(),
          clockOffsetMs: clock.offsetMs(),
          state: state.dump(),
        }));

  function changed(): void {
    saver?.touch();
  }

  const gate = createGate({
    apps: new Map(apps.map(({ appId, appSecret }) => [appId, appSecret])),
    rules: () => rules,
    tokens,
    limiter: createLimiter(),
  });
  const app = createApp({
    gate,
    rules: () => rules,
    clock,
    state,
    tokens,
    faults,
    quirks,
    arrivals,
    seed,
    wrote(endpoint) {
      writes[endpoint] = (writes[endpoint] ?? 0) + 1;
      changed();
    },
  });

  const target = {
    clock,
    setRules(next: unknown) {
      rules = changeRules(rules, next);
      return rules;
    },
    setFaults: (next: unknown) => faults.set(next),
    setQuirks: (next: unknown) => quirks.set(next),
    arrivals: () => arrivals.list(),
    interviews: () => state.interviews.list(),
    backgroundChecks: () => state.backgroundChecks.list(),
    state: () => ({
      nowMs: clock.now(),
      rules,
      writes: { ...writes },
      interviews: state.interviews.list(),
      backgroundChecks: state.backgroundChecks.list(),
      nativeInterviews: structuredClone(state.nativeInterviews),
      attachments: structuredClone([...state.attachments.values()]),
      removedApplications: [...state.removedApplications],
    }),
    seed(objects: unknown) {
      const seeded = seedState(objects, { state, ids, appId: apps[0]?.appId ?? '', nowMs: clock.now() });
      changed();
      return seeded;
    },
    byHand(work: unknown) {
      workByHand(work, state, clock.now());
      changed();
    },
    reset() {
      rules = initialRules;
      writes = {};
      faults.set(script);
      quirks.set(manners);
      arrivals.clear();
      state.clear();
      changed();
    },
    flush: async () => saver?.flush(),
  };

  const control = createControl(target);
  const handle: App = async (incoming, signal) => {
    const { pathname } = urlOf(incoming);
    if (!pathname.startsWith(CONTROL_PATH)) return app(incoming, signal);
    return { kind: 'answer', answer: await control(incoming, pathname) };
  };
  return { ...target, handle, fetch: createFetch(handle) };
}
