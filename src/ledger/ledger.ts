import { createAttempts } from './attempts.ts';
import { explain, openDatabase, type SqliteDatabase } from './database.ts';
import { createDecisions, type Decisions } from './decisions.ts';
import { createDoubts, type Doubts } from './doubts.ts';
import { ENTRY_COLUMNS, type Entry, type EntryRow, entryOf } from './entries.ts';
import { createFence, createFenced, type Fence } from './fence.ts';
import { createForgotten, type Forgotten } from './forgotten.ts';
import { createHabitBook, type HabitBook } from './habits.ts';
import { isAsLeft, noteLeft, readHead } from './head.ts';
import { createIntents, type Intents } from './intents.ts';
import { createLeases, isLeased, type Leases } from './lease.ts';
import { createMembersSeen, type MembersSeen } from './members-seen.ts';
import { createOpenRows, type OpenRows } from './open-rows.ts';
import { createPlanUses, type PlanUses } from './plan-uses.ts';
import { createRefused, type Refused } from './refused.ts';
import { createRekey, type NewKey } from './rekey.ts';
import { createRenamePipeline } from './rename.ts';
import { createReplaced } from './replaced.ts';
import { createRestoration, type Restoration } from './restored.ts';
import { createRowHashes, type RowHashes } from './row-hashes.ts';
import { createRuns, type Runs } from './runs.ts';
import { createBind, type Tenant } from './tenant.ts';
import { createUndos, type Undos } from './undos.ts';
import { createUpkeep, type Upkeep } from './upkeep.ts';
import { createVersions, type Versions } from './versions.ts';
import { createWaiting, type Waiting } from './waiting.ts';

/**
 * The ledger: the only map from source key to Feishu id. Every method is one short synchronous transaction.
 * All of them throw HireSyncError LEDGER_UNWRITABLE / LEDGER_INVALID when the file does not take the write;
 * whoever calls `begin` must not send when it throws.
 */
export interface Ledger extends Intents {
  readonly file: string;
  readonly runs: Runs;
  readonly openRows: OpenRows;
  readonly leases: Leases;
  readonly doubts: Doubts;
  readonly upkeep: Upkeep;
  readonly waiting: Waiting;
  readonly membersSeen: MembersSeen;
  readonly rowHashes: RowHashes;
  readonly habits: HabitBook;
  readonly versions: Versions;
  readonly planUses: PlanUses;
  readonly undos: Undos;
  readonly decisions: Decisions;
  readonly refused: Refused;
  readonly restoration: Restoration;
  readonly forgotten: Forgotten;
  /** Moves records to the keys that their source has by now, all or none. @throws HireSyncError CONFIG_INVALID */
  rekey(pipeline: string, keys: readonly NewKey[]): void;
  /** Makes the ledger this tenant's, or checks that it is. @throws HireSyncError CONFIG_INVALID */
  bind(tenant: Tenant): void;
  /** Gives a pipeline's records and runs another name; returns how many records. @throws HireSyncError CONFIG_INVALID */
  renamePipeline(from: string, to: string): number;
  /** Whose the ledger is; null while it is nobody's. */
  owner(): Tenant | null;
  /** Checks that it is no other tenant's. @throws HireSyncError CONFIG_INVALID */
  checkTenant(tenant: Tenant): void;
  /** One entry, or undefined. */
  find(pipeline: string, key: string): Entry | undefined;
  /**
   * Feishu's id of a record that is settled, and of which the last run and Feishu say just this payload; undefined for
   * any other. Asked of every row of a night that changes little, at a tenth of what `find` costs.
   */
  settledAs(pipeline: string, key: string, fingerprint: string): string | undefined;
  /** How many records of the pipeline it knows. */
  count(pipeline: string): number;
  /** Keys and ids of the entries after `key`, paged like `page`. */
  ids(pipeline: string, afterKey: string, limit: number): readonly Pick<Entry, 'key' | 'remoteId'>[];
  /** Entries after `key` in key order, at most `limit`: for paging through all of them. */
  page(pipeline: string, afterKey: string, limit: number): readonly Entry[];
  /** Entries with an open intent, oldest key first, paged like `page`. */
  open(pipeline: string, afterKey: string, limit: number): readonly Entry[];
  /** When the last request with a change left, of any run and pipeline; epoch ms, 0 without one. */
  lastAttemptAt(): number;
  /** Another number when another process has written to the file since it was last asked for. */
  changedElsewhere(): number;
  /** Runs `work` in one read transaction, so that a batch of look-ups sees one state and costs one lock. */
  reading<T>(work: () => T): T;
  close(): void;
}

/** How a ledger is opened; `now` gives epoch ms, `onNew` is told when there was none and one was made. */
export interface LedgerOptions {
  readonly file: string;
  readonly mode: 'read' | 'write';
  readonly now: () => number;
  readonly onNew?: ((file: string) => void) | undefined;
}

/** Opens the ledger at `file`. @throws HireSyncError LEDGER_INVALID, LEDGER_UNWRITABLE, LEDGER_BUSY */
export function openLedger({ file, mode, now, onNew }: LedgerOptions): Ledger {
  // Who closed it last noted how it was left; a run that writes changes it, and after a kill it has.
  const inDoubt = (opened: SqliteDatabase) => !isAsLeft(file, readHead(file)) && !isLeased(opened, now());
  const database = openDatabase(file, { mode, inDoubt, onNew });
  try {
    return ledgerOf(database, { file, mode, now });
  } catch (error) {
    database.close();
    throw explain(error, file);
  }
}

function ledgerOf(database: SqliteDatabase, { file, mode, now }: LedgerOptions): Ledger {
  const guarded = <Args extends unknown[], T>(work: (...args: Args) => T) => {
    return (...args: Args): T => {
      try {
        return work(...args);
      } catch (error) {
        throw explain(error, file);
      }
    };
  };
  const find = database.prepare(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE pipeline = ? AND key = ?`);
  const settledAs = database
    .prepare(`
    SELECT remote_id FROM entry INDEXED BY entry_settled
    WHERE pipeline = ? AND key = ? AND applied_fingerprint = ? AND state = 'settled'
    AND source_payload IS NULL AND held_reason IS NULL AND decision IS NULL`)
    .pluck();
  const count = database.prepare('SELECT count(*) FROM entry WHERE pipeline = ?').pluck();
  const ids = database.prepare(
    'SELECT key, remote_id AS remoteId FROM entry WHERE pipeline = ? AND key > ? ORDER BY key LIMIT ?',
  );
  const page = database.prepare(
    `SELECT ${ENTRY_COLUMNS} FROM entry WHERE pipeline = ? AND key > ? ORDER BY key LIMIT ?`,
  );
  const open = database.prepare(
    `SELECT ${ENTRY_COLUMNS} FROM entry WHERE pipeline = ? AND key > ? AND state <> 'settled' ORDER BY key LIMIT ?`,
  );
  const attempts = createAttempts(database, now);
  const fence = createFence(database, file);
  const fenced = createFenced(database, guarded, fence);
  const versions = createVersions(database, guarded, { fenced, now });
  const replaced = createReplaced(database);
  const refused = createRefused(database, guarded);
  const tenant = createBind(database, { guarded, fenced }, file);
  const restoration = createRestoration(database, guarded, fenced);
  const forgotten = createForgotten(database, guarded, { fenced, file, now });
  const leases = createLeases(database, guarded, { file, fence, now });
  const lastAttempt = database.prepare('SELECT started_at FROM attempt ORDER BY id DESC LIMIT 1').pluck();
  return {
    file,
    lastAttemptAt: guarded(() => (lastAttempt.get() as number | undefined) ?? 0),
    runs: createRuns(database, guarded, fenced),
    openRows: createOpenRows(database, guarded),
    leases: {
      ...leases,
      acquire(run) {
        leases.acquire(run);
        try {
          // Whoever writes heeds who was forgotten, also where an older copy was put in the ledger's place.
          forgotten.agree();
        } catch (error) {
          leases.release(run);
          throw error;
        }
      },
    },
    forgotten,
    doubts: createDoubts(database, guarded, { fenced, versions, now }),
    upkeep: createUpkeep(database, guarded, now),
    waiting: createWaiting(database, guarded, fenced),
    membersSeen: createMembersSeen(database, guarded, fenced),
    rowHashes: createRowHashes(database, guarded, fenced),
    habits: createHabitBook(database, guarded, fenced),
    decisions: createDecisions(database, guarded, { fenced, now }),
    refused,
    restoration,
    renamePipeline: createRenamePipeline(database, fenced, file),
    rekey: createRekey(database, fenced),
    owner: tenant.owner,
    bind: tenant.bind,
    checkTenant: tenant.check,
    find: guarded((pipeline, key) => {
      const row = find.get(pipeline, key) as EntryRow | undefined;
      return row === undefined ? undefined : entryOf(row);
    }),
    settledAs: guarded(
      (pipeline, key, fingerprint) => settledAs.get(pipeline, key, fingerprint) as string | undefined,
    ),
    count: guarded((pipeline) => count.get(pipeline) as number),
    ids: guarded(
      (pipeline, afterKey, limit) => ids.all(pipeline, afterKey, limit) as Pick<Entry, 'key' | 'remoteId'>[],
    ),
    page: guarded((pipeline, afterKey, limit) =>
      (page.all(pipeline, afterKey, limit) as EntryRow[]).map(entryOf),
    ),
    open: guarded((pipeline, afterKey, limit) =>
      (open.all(pipeline, afterKey, limit) as EntryRow[]).map(entryOf),
    ),
    changedElsewhere: guarded(() => database.pragma('data_version', { simple: true }) as number),
    reading: <T>(work: () => T) => guarded(() => database.transaction(work).deferred() as T)(),
    versions,
    planUses: createPlanUses(database, guarded, { fenced, now }),
    undos: createUndos(database, guarded, { fence, fenced, attempts, replaced, now }),
    ...createIntents(database, { fence, fenced, attempts, versions, replaced, refused, now }),
    close() {
      const left = mode === 'write' ? leaving(fence, restoration, tenant.owner) : null;
      database.close();
      left?.(file);
    },
  };
}

/** What to note beside the ledger once it is closed; null where what is noted there is not this ledger's. */
function leaving(
  fence: Fence,
  restoration: Restoration,
  owner: () => Tenant | null,
): ((file: string) => void) | null {
  try {
    // Who never held the lease, or lost it, has nothing to say about the file.
    if (!fence.isLatest()) return null;
    const here = { ...restoration.position(), app: owner() };
    return (file) => noteLeft(file, here);
  } catch {
    // A ledger that cannot be read any more has been told of.
    return null;
  }
}
