import { HireSyncError } from '../errors.ts';
import { type Answer, envelope } from './answers.ts';
import type { Incoming } from './app.ts';
import type { Arrival } from './arrivals.ts';
import { readJson } from './bodies.ts';
import type { Clock } from './clock.ts';
import { ENDPOINT_NAMES } from './endpoints.ts';
import { maxInWindow } from './max-in-window.ts';

export const CONTROL_PATH = '/_sandbox/';

/** What the control paths read and change. */
export interface ControlTarget {
  readonly clock: Clock;
  arrivals(): Arrival[];
  state(): object;
  setFaults(rules: unknown): void;
  setQuirks(quirks: unknown): void;
  setRules(changes: unknown): object;
  seed(objects: unknown): object;
  byHand(work: unknown): void;
  reset(): void;
}

/**
 * The sandbox's own paths, for tests that hold it in another process. No authentication: it listens on the
 * loopback address only. Answers are plain JSON, errors `{error}` with HTTP 400 or 404.
 *
 * - `GET log` → `{arrivals, maxIn1000ms}` (by endpoint) · `GET state` → see `SandboxState`
 * - `POST faults` (list of FaultRule; `[]` ends all) · `POST quirks` (list of Quirk; the same)
 * - `POST options` (RuleChanges) → all rules now · `POST clock` `{advanceMs}` → `{nowMs}`
 * - `POST seed` (SeedObjects) → ids · `POST by-hand` (HandWork) · `POST reset`
 */
export function createControl(target: ControlTarget) {
  const actions: Readonly<Record<string, (body: unknown) => object>> = {
    'GET log': () => logOf(target.arrivals()),
    'GET state': () => target.state(),
    'POST faults': (body) => {
      target.setFaults(body);
      return {};
    },
    'POST quirks': (body) => {
      target.setQuirks(body);
      return {};
    },
    'POST options': (body) => target.setRules(body),
    'POST clock': (body) => {
      target.clock.advance(Object(body).advanceMs);
      return { nowMs: target.clock.now() };
    },
    'POST seed': (body) => target.seed(body),
    'POST by-hand': (body) => {
      target.byHand(body);
      return {};
    },
    'POST reset': () => {
      target.reset();
      return {};
    },
  };

  return async function control(incoming: Incoming, pathname: string): Promise<Answer> {
    const name = `${incoming.method} ${pathname.slice(CONTROL_PATH.length)}`;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined)
      return plain(404, { error: `no such control; there are: ${Object.keys(actions).join(', ')}` });
    const bytes = await incoming.body().catch(() => null);
    if (bytes === null) return plain(400, { error: 'the body did not arrive' });
    const body = readJson('application/json', bytes);
    if (!body.ok) return plain(400, { error: body.violations[0]?.description });
    try {
      return plain(200, action(body.value));
    } catch (error) {
      if (HireSyncError.is(error) || error instanceof RangeError) return plain(400, { error: error.message });
      throw error;
    }
  };
}

function logOf(arrivals: readonly Arrival[]): object {
  const maxIn1000ms = Object.fromEntries(
    ENDPOINT_NAMES.map((name) => {
      const times = arrivals.filter(({ endpoint }) => endpoint === name).map(({ atMs }) => atMs);
      return [name, maxInWindow(times, 1000)];
    }),
  );
  return { arrivals, maxIn1000ms };
}

function plain(status: number, content: object): Answer {
  const { headers } = envelope(status, { code: 0 });
  return { status, headers, body: JSON.stringify(content), code: null };
}
