import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Database from 'better-sqlite3';

/** What changes files: each is a moment after which a process may be gone. */
const FILE_CALLS = [
  'renameSync',
  'rmSync',
  'rmdirSync',
  'copyFileSync',
  'appendFileSync',
  'writeFileSync',
] as const;

/**
 * Tells of every change that this process makes on disk from now on, right after it: files that are made, renamed or
 * removed, transactions that are committed, databases that are written anew. Databases are watched from their opening on.
 * Returns what ends it.
 */
export function watchChanges(onMoment: (what: string) => void): () => void {
  const undo: (() => void)[] = [];
  let quiet = false;
  const told = (what: string): void => {
    // What the watcher itself does is no moment.
    if (quiet) return;
    quiet = true;
    try {
      onMoment(what);
    } finally {
      quiet = false;
    }
  };
  for (const name of FILE_CALLS) {
    const original = fs[name] as (...values: unknown[]) => unknown;
    const watched = (...values: unknown[]): unknown => {
      const isNothing = name.startsWith('rm') && !fs.existsSync(String(values[0]));
      const result = original(...values);
      if (!isNothing) told(`${name} ${String(values[0])}`);
      return result;
    };
    Object.assign(fs, { [name]: watched });
    undo.push(() => Object.assign(fs, { [name]: original }));
  }
  syncBuiltinESMExports();
  undo.push(() => syncBuiltinESMExports());

  const { prototype } = Database;
  const { transaction, exec, pragma } = prototype;
  prototype.transaction = function inTransaction(this: Database.Database, work: never) {
    const made = transaction.call(this, work) as Database.Transaction;
    const noting =
      (run: (...values: unknown[]) => unknown) =>
      (...values: unknown[]) => {
        const result = run(...values);
        told('commit');
        return result;
      };
    return Object.assign(noting(made), {
      default: noting(made.default),
      deferred: made.deferred,
      immediate: noting(made.immediate),
      exclusive: noting(made.exclusive),
      database: this,
    });
  } as never;
  prototype.exec = function executing(this: Database.Database, sql: string) {
    const result = exec.call(this, sql);
    told(`exec ${sql}`);
    return result;
  };
  prototype.pragma = function asking(this: Database.Database, ...values: never) {
    const result = pragma.apply(this, values) as unknown;
    if (String(values[0]).startsWith('wal_checkpoint')) told('checkpoint');
    return result;
  } as never;
  undo.push(() => Object.assign(prototype, { transaction, exec, pragma }));
  return () => {
    for (const one of undo) one();
  };
}
