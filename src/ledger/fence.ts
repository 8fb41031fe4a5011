import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';

/**
 * Lets only the holder of the lease write. Each holder gets a number that is one higher than that of the one before, and
 * every transaction that writes asks for it: a run that was taken for dead (a laptop asleep, a stopped container) must
 * write nothing beside its successor, neither requests nor what came of them.
 */
export interface Fence {
  /** The next holder's number; inside the transaction that takes the lease. */
  next(): number;
  /** This process is the holder of that number. */
  hold(number: number): void;
  /** The number this process was given; 0 without one. */
  number(): number;
  /** Whether nobody has taken the lease since this process did. */
  isLatest(): boolean;
  /** Inside the transaction that writes. `run`: the run that writes must be the holder itself. @throws HireSyncError LEDGER_BUSY */
  assert(run?: string): void;
  /** What is wrong when this process is no longer the holder. */
  lost(): HireSyncError;
}

export function createFence(database: SqliteDatabase, file: string): Fence {
  const bump = database
    .prepare("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'fence' RETURNING value")
    .pluck();
  const latest = database.prepare("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'fence'").pluck();
  const holder = database.prepare('SELECT run, fence FROM lease WHERE one = 1');
  const owner = (): { run: string; fence: number } | undefined => holder.get() as ReturnType<typeof owner>;
  let held = 0;
  const lost = (): HireSyncError => {
    const successor = owner()?.run;
    const now = successor === undefined ? 'nobody holds it now' : `run ${successor} holds it now`;
    return new HireSyncError(
      'LEDGER_BUSY',
      `This run no longer owns the ledger ${file}: it stood still for longer than its lease, and ${now}. ` +
        'Nothing further is sent or noted; what became of its last requests is found out by the run that follows it.',
    );
  };
  return {
    next: () => Number(bump.get()),
    hold(number) {
      held = number;
    },
    number: () => held,
    isLatest: () => held > 0 && latest.get() === held,
    assert(run) {
      const now = owner();
      if (now === undefined || held === 0 || now.fence !== held || (run ?? now.run) !== now.run) throw lost();
    },
    lost,
  };
}

/** Wraps a write: one transaction, in which the fence is asked first. */
export type Fenced = <Args extends unknown[], T>(work: (...args: Args) => T) => (...args: Args) => T;

export function createFenced(database: SqliteDatabase, guarded: Guarded, fence: Fence): Fenced {
  return <Args extends unknown[], T>(work: (...args: Args) => T) => {
    const written = database.transaction((...args: Args): T => {
      fence.assert();
      return work(...args);
    });
    return guarded((...args: Args): T => written.immediate(...args) as T);
  };
}
