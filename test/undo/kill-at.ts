/**
 * Preload for a child of the built CLI: the process kills itself at the nth time a step of an undo is reached, with
 * SIGKILL from inside, as test/crash/kill-at.ts does for a sync. `HIRE_SYNC_KILL_STEP` and `HIRE_SYNC_KILL_NTH` say when.
 */
import { subscribe } from 'node:diagnostics_channel';
import Database from 'better-sqlite3';
import type { UndoStep } from './steps.ts';

const wanted = process.env.HIRE_SYNC_KILL_STEP;
const nth = Number(process.env.HIRE_SYNC_KILL_NTH);
let reached = 0;

function reach(step: UndoStep): void {
  if (step !== wanted) return;
  reached += 1;
  if (reached === nth) process.kill(process.pid, 'SIGKILL');
}

const CHANNELS = {
  'undici:request:create': 'request',
  'undici:request:bodySent': 'sent',
  'undici:request:trailers': 'answer',
} as const;

for (const [channel, moment] of Object.entries(CHANNELS)) {
  subscribe(channel, (message) => {
    const { method } = (message as { request: { method: string } }).request;
    if (method === 'PUT') reach(`restore:${moment}`);
    if (method === 'DELETE') reach(`delete:${moment}`);
  });
}

/** The ledger's statements that make a step, told by their text. */
const WRITES: readonly { readonly pattern: RegExp; readonly before?: UndoStep; readonly after: UndoStep }[] =
  [
    { pattern: /^\s*UPDATE entry SET state = 'updating'/, after: 'restore:intent' },
    {
      pattern: /^\s*UPDATE entry SET state = 'settled', applied_fingerprint = @fingerprint/,
      before: 'restore:settling',
      after: 'restore:settled',
    },
    { pattern: /^\s*UPDATE entry SET held_reason = coalesce/, after: 'delete:intent' },
    { pattern: /^\s*DELETE FROM entry/, before: 'delete:settling', after: 'delete:settled' },
  ];

/** Steps of the transaction that is open: reached when it is on disk. */
let pending: UndoStep[] = [];
const { prepare, transaction } = Database.prototype;

Database.prototype.prepare = function preparing(this: Database.Database, source: string) {
  const statement = prepare.call(this, source) as Database.Statement;
  const write = WRITES.find(({ pattern }) => pattern.test(source));
  if (write === undefined) return statement;
  const run = statement.run.bind(statement) as (...values: unknown[]) => Database.RunResult;
  Object.defineProperty(statement, 'run', {
    value: (...values: unknown[]) => {
      if (write.before !== undefined) reach(write.before);
      pending.push(write.after);
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
