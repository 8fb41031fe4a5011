import { subscribe } from 'node:diagnostics_channel';
import Database from 'better-sqlite3';

/** A statement of the ledger that makes a step, told by its text. */
export interface Write<S> {
  readonly pattern: RegExp;
  /** The step before it is carried out, and the one when its transaction is on disk; `key` is the record's. */
  readonly before?: (key: string) => S;
  readonly after: (key: string) => S;
}

/** undici publishes `trailers` before it hands the end of the answer to its caller. */
const CHANNELS = {
  'undici:request:create': 'request',
  'undici:request:bodySent': 'sent',
  'undici:request:trailers': 'answer',
} as const;

/** Tells of each request of this process: that it exists, that all of it is with the kernel, that its answer is there. */
export function watchRequests(
  onMoment: (
    moment: 'request' | 'sent' | 'answer',
    request: { readonly method: string; readonly path: string },
  ) => void,
): void {
  for (const [channel, moment] of Object.entries(CHANNELS))
    subscribe(channel, (message) => onMoment(moment, (message as { request: never }).request));
}

/** Tells of the steps that these statements make, in any database this process opens from now on. */
export function watchWrites<S>(writes: readonly Write<S>[], reach: (step: S) => void): void {
  /** Steps of the transaction that is open: reached when it is on disk. */
  let pending: S[] = [];
  const { prepare, transaction } = Database.prototype;

  Database.prototype.prepare = function preparing(this: Database.Database, source: string) {
    const statement = prepare.call(this, source) as Database.Statement;
    const write = writes.find(({ pattern }) => pattern.test(source));
    if (write === undefined) return statement;
    const run = statement.run.bind(statement) as (...values: unknown[]) => Database.RunResult;
    Object.defineProperty(statement, 'run', {
      value: (...values: unknown[]) => {
        const key = String((values[0] as { key?: unknown } | undefined)?.key);
        if (write.before !== undefined) reach(write.before(key));
        pending.push(write.after(key));
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
}
