import { subscribe } from 'node:diagnostics_channel';
import Database from 'better-sqlite3';
import { type ClientStep, effectOf } from './steps.ts';

let reach: (step: ClientStep) => void = () => {};

/**
 * Tells of each step that a client in this process reaches, at the very moment: what is thrown from a step of the ledger
 * ends the statement or the transaction. One listener at a time; null ends the watching.
 */
export function watchSteps(onStep: ((step: ClientStep) => void) | null): void {
  reach = onStep ?? (() => {});
}

/** undici publishes `trailers` before it hands the end of the answer to its caller. */
const CHANNELS = {
  'undici:request:create': 'request',
  'undici:request:bodySent': 'sent',
  'undici:request:trailers': 'answer',
} as const;

for (const [channel, moment] of Object.entries(CHANNELS)) {
  subscribe(channel, (message) => {
    const { method, path } = (message as { request: { method: string; path: string } }).request;
    const effect = effectOf(method, path);
    if (effect === undefined || (effect === 'query' && moment === 'sent')) return;
    reach(`${effect}:${moment}` as ClientStep);
  });
}

type Effect = 'create' | 'update';
interface Write {
  readonly pattern: RegExp;
  readonly before?: (effect: Effect) => ClientStep;
  readonly after: (effect: Effect) => ClientStep;
}

/** The ledger's statements that make a step, told by their text. */
const WRITES: readonly Write[] = [
  { pattern: /^\s*INSERT INTO entry/, after: () => 'create:intent' },
  { pattern: /^\s*UPDATE entry SET state = 'updating'/, after: () => 'update:intent' },
  {
    pattern: /^\s*UPDATE entry SET state = 'settled', remote_id = @remoteId[\s\S]*= @fingerprint/,
    before: (effect) => `${effect}:settling`,
    after: (effect) => `${effect}:settled`,
  },
  {
    pattern:
      /^\s*UPDATE entry SET state = 'settled', remote_id = @remoteId[\s\S]*coalesce\(@fingerprint, intent_fingerprint\)/,
    before: () => 'adopting',
    after: () => 'adopted',
  },
  { pattern: /^\s*UPDATE entry SET first_attempt_at/, after: () => 'renewed' },
];

const effects = new Map<string, Effect>();
/** Steps of the transaction that is open: reached when it is on disk. */
let pending: ClientStep[] = [];

const { prepare, transaction } = Database.prototype;

Database.prototype.prepare = function preparing(this: Database.Database, source: string) {
  const statement = prepare.call(this, source) as Database.Statement;
  const write = WRITES.find(({ pattern }) => pattern.test(source));
  if (write === undefined) return statement;
  const run = statement.run.bind(statement) as (...values: unknown[]) => Database.RunResult;
  Object.defineProperty(statement, 'run', {
    value: (...values: unknown[]) => {
      const key = String((values[0] as { key?: unknown }).key);
      if (write.after('create') === 'create:intent') effects.set(key, 'create');
      if (write.after('update') === 'update:intent') effects.set(key, 'update');
      const effect = effects.get(key) ?? 'create';
      if (write.before !== undefined) reach(write.before(effect));
      pending.push(write.after(effect));
      return run(...values);
    },
  });
  return statement;
} as typeof prepare;

Database.prototype.transaction = function inTransaction(this: Database.Database, work: never) {
  const made = transaction.call(this, work) as Database.Transaction;
  const noting =
    (run: (...values: unknown[]) => unknown) =>
    (...values: unknown[]) => {
      pending = [];
      const result = run(...values);
      for (const step of pending.splice(0)) reach(step);
      return result;
    };
  return Object.assign(noting(made), {
    default: noting(made.default),
    deferred: noting(made.deferred),
    immediate: noting(made.immediate),
    exclusive: noting(made.exclusive),
    database: this,
  });
} as never;
