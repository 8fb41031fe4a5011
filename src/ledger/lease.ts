import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { HireSyncError } from '../errors.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fence } from './fence.ts';

/** How long a lease of another host counts without a heartbeat, and how often a run beats, both in ms. */
export const LEASE_MS = 120_000;
export const HEARTBEAT_MS = 15_000;

/** One run at a time owns the ledger. */
export interface Leases {
  /**
   * Takes the ledger for `run`. A lease whose process is gone is taken over at once; one of another host when
   * it has expired. On the same host a living owner keeps it whatever the clock says, where the kernel tells that it is
   * still the same process (Linux); elsewhere until it has expired.
   * @throws HireSyncError LEDGER_BUSY naming the owner
   */
  acquire(run: string): void;
  /** Prolongs the lease. @throws HireSyncError LEDGER_BUSY when another run has taken it over */
  heartbeat(run: string): void;
  /** The next run of the same process takes the lease over, with no moment in which nobody holds it. @throws as above */
  pass(from: string, to: string): void;
  release(run: string): void;
  /** The run that holds the ledger now, if one does. */
  owner(): string | undefined;
}

interface LeaseRow {
  run: string;
  host: string;
  pid: number;
  process_mark: string;
  started_at: number;
  heartbeat_at: number;
  expires_at: number;
}

export function createLeases(
  database: SqliteDatabase,
  guarded: Guarded,
  { file, fence, now }: { readonly file: string; readonly fence: Fence; readonly now: () => number },
): Leases {
  const read = database.prepare('SELECT * FROM lease WHERE one = 1');
  const write = database.prepare(`
    INSERT OR REPLACE INTO lease (one, run, host, pid, process_mark, started_at, heartbeat_at, expires_at, fence)
    VALUES (1, @run, @host, @pid, @mark, @now, @now, @expires, @fence)`);
  const beat = database.prepare(
    'UPDATE lease SET heartbeat_at = @now, expires_at = @expires WHERE one = 1 AND run = @run AND fence = @fence',
  );
  const pass = database.prepare(
    'UPDATE lease SET run = @to, heartbeat_at = @now, expires_at = @expires WHERE one = 1 AND run = @from AND fence = @fence',
  );
  const release = database.prepare('DELETE FROM lease WHERE one = 1 AND run = ? AND fence = ?');
  const current = (): LeaseRow | undefined => read.get() as LeaseRow | undefined;
  return {
    acquire: guarded((run) => {
      const number = database
        .transaction(() => {
          const owner = current();
          if (owner !== undefined && isHeld(owner, now())) throw busy(owner, file);
          const mark = processMark(process.pid);
          const next = fence.next();
          const times = { now: now(), expires: now() + LEASE_MS };
          write.run({ run, host: thisHost(), pid: process.pid, mark, fence: next, ...times });
          return next;
        })
        .immediate();
      fence.hold(number);
    }),
    heartbeat: guarded((run) => {
      const times = { now: now(), expires: now() + LEASE_MS };
      if (beat.run({ run, fence: fence.number(), ...times }).changes !== 1) throw fence.lost();
    }),
    pass: guarded((from, to) => {
      const times = { now: now(), expires: now() + LEASE_MS };
      if (pass.run({ from, to, fence: fence.number(), ...times }).changes !== 1) throw fence.lost();
    }),
    release: guarded((run) => void release.run(run, fence.number())),
    owner: guarded(() => {
      const owner = current();
      return owner !== undefined && isHeld(owner, now()) ? owner.run : undefined;
    }),
  };
}

/** Whether a run that lives holds the ledger. */
export function isLeased(database: SqliteDatabase, nowMs: number): boolean {
  const owner = database.prepare('SELECT * FROM lease WHERE one = 1').get() as LeaseRow | undefined;
  return owner !== undefined && isHeld(owner, nowMs);
}

function isHeld(owner: LeaseRow, nowMs: number): boolean {
  const beats = owner.expires_at > nowMs;
  if (owner.host !== thisHost()) return beats;
  if (!isAlive(owner.pid)) return false;
  const mark = processMark(owner.pid);
  // Numbers of processes are given again: without a mark it may be another process that lives, and only the heartbeat tells.
  // Should it be the owner all the same, one that stood still, the fence keeps it from writing.
  return mark === '' ? beats : mark === owner.process_mark;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The host's name; with the number of this process's pid namespace where there is one: a pid means nothing in another. */
function thisHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * The start time the kernel keeps for a process: a reused pid has another. A process that has ended and that nobody
 * has waited for yet has none. `''` where /proc is not to be had (Windows, macOS), or hides other users' processes.
 */
function processMark(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22, counted after the command name, which may itself hold spaces and brackets.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? 'ended' : (rest[18] ?? '');
  } catch {
    return '';
  }
}

function busy(owner: LeaseRow, file: string): HireSyncError {
  // Whoever waits for it sits at this machine; the zone is named.
  const since = new Date(owner.started_at).toLocaleString('sv-SE', { timeZoneName: 'shortOffset' });
  return new HireSyncError('LEDGER_BUSY', {
    zh: `另一次运行正在使用同步台账 ${file}：运行 ${owner.run}，${owner.host} 上的进程 ${owner.pid}，自 ${since} 起。请等它结束；中途退出的运行会自动释放台账。`,
    en:
      `Another run holds the ledger ${file}: run ${owner.run}, process ${owner.pid} on ${owner.host}, since ${since}. ` +
      'Wait until it ends; a run that died frees the ledger by itself.',
  });
}
