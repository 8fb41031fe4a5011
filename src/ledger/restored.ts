import { openCopy, type SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';
import type { Head } from './head.ts';
import { isSameTenant, type Tenant } from './tenant.ts';

/** Why a ledger may know less of a pipeline's records than Feishu holds. */
export interface Restored {
  /** `copy`: made by `ledger backup`. `behind`: older than its head or its markers. `new`: nothing is in it, and runs have written. */
  readonly kind: 'copy' | 'behind' | 'new';
  /** Epoch ms at which the copy was made; null for the others. */
  readonly copiedAt: number | null;
  /** Runs that left a marker and that the ledger does not know, oldest first. */
  readonly runs: readonly string[];
}

/** What a run that wrote left in its folder. */
export interface Marker {
  readonly run: string;
  readonly app: Tenant;
  readonly pipeline: string;
  /** As in `Head`. */
  readonly ledger: string;
  readonly serial: number;
}

/** What lies beside the ledger file. */
export interface Beside {
  readonly head: Head | 'unreadable' | null;
  readonly markers: readonly Marker[];
}

/** Whether the ledger knows all that was written with it. */
export interface Restoration {
  /** Why the ledger is not to be trusted with a pipeline; null when it is. Writes nothing. */
  of(pipeline: string, beside: Beside, app: Tenant | null): Restored | null;
  /** Notes what `of` would say of these pipelines and of all it has records of, so that it stays known. */
  note(pipelines: readonly string[], beside: Beside, app: Tenant): void;
  /** A run has compared all of the pipeline with Feishu. */
  trust(pipeline: string): void;
  /** The ledger's name, and how often runs have noted that they write. */
  position(): Pick<Head, 'ledger' | 'serial'>;
  /** A run begins to write, or has ended. Returns the new serial. */
  advance(): number;
}

export function createRestoration(database: SqliteDatabase, guarded: Guarded, fenced: Fenced): Restoration {
  const meta = database.prepare('SELECT value FROM meta WHERE name = ?').pluck();
  const raise = database.prepare(
    "UPDATE meta SET value = max(CAST(value AS INTEGER), ?) WHERE name = 'serial'",
  );
  const find = database.prepare('SELECT why FROM restored WHERE pipeline = ?').pluck();
  const add = database.prepare('INSERT INTO restored (pipeline, why) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const drop = database.prepare('DELETE FROM restored WHERE pipeline = ?');
  const forget = createForgetDecided(database);
  const knowsRun = database
    .prepare('SELECT 1 FROM run WHERE id = @run UNION ALL SELECT 1 FROM foreign_run WHERE run = @run')
    .pluck();
  const noteRun = database.prepare('INSERT INTO foreign_run (run) VALUES (?) ON CONFLICT DO NOTHING');
  const anyEntry = database.prepare('SELECT 1 FROM entry LIMIT 1').pluck();
  const position = (): Pick<Head, 'ledger' | 'serial'> => ({
    ledger: String(meta.get('ledger') ?? ''),
    serial: Number(meta.get('serial') ?? 0),
  });
  const noted = (pipeline: string): Restored | null => {
    const why = find.get(pipeline) as string | undefined;
    return why === undefined ? null : (JSON.parse(why) as Restored);
  };
  const look = (beside: Beside, app: Tenant) => {
    const here = position();
    const markers = beside.markers.filter((marker) => isSameTenant(marker.app, app));
    const unknown = markers.filter(({ run, ledger, serial }) => {
      const isAhead = ledger === here.ledger && serial > here.serial;
      return isAhead || knowsRun.get({ run }) === undefined;
    });
    return { unknown, markers, isBehindHead: isBehind(here, beside.head, app) };
  };
  const whyOf = (unknown: readonly Marker[]): Restored => ({
    kind: anyEntry.get() === undefined ? 'new' : 'behind',
    copiedAt: null,
    runs: unknown.map(({ run }) => run).sort(),
  });
  return {
    of: guarded((pipeline, beside, app) => {
      const before = noted(pipeline);
      if (before !== null || app === null) return before;
      const { unknown, isBehindHead } = look(beside, app);
      const isNamed = unknown.some((marker) => marker.pipeline === pipeline);
      const isKnown = pipelinesOf(database).includes(pipeline);
      return isNamed || isBehindHead || (isKnown && unknown.length > 0) ? whyOf(unknown) : null;
    }),
    note: fenced((pipelines, beside, app) => {
      const { unknown, markers, isBehindHead } = look(beside, app);
      if (unknown.length === 0 && !isBehindHead) return;
      const why = JSON.stringify(whyOf(unknown));
      const affected = [...unknown.map(({ pipeline }) => pipeline), ...pipelinesOf(database)];
      if (isBehindHead) affected.push(...pipelines);
      for (const pipeline of affected) if (add.run(pipeline, why).changes > 0) forget(pipeline);
      for (const { run } of unknown) noteRun.run(run);
      // From now on it is ahead of all that was written: what it then writes is not taken for older.
      const { head } = beside;
      const come = [
        ...markers.map(({ serial }) => serial),
        head === null || head === 'unreadable' ? 0 : head.serial,
      ];
      raise.run(Math.max(...come));
    }),
    trust: fenced((pipeline) => void drop.run(pipeline)),
    position: guarded(position),
    advance: fenced(() => {
      raise.run(position().serial + 1);
      return position().serial;
    }),
  };
}

/** A ledger is behind a head that was written for it later, or for another ledger in its place. */
function isBehind(
  { ledger, serial }: Pick<Head, 'ledger' | 'serial'>,
  head: Head | 'unreadable' | null,
  app: Tenant,
): boolean {
  if (head === null) return false;
  if (head === 'unreadable') return true;
  if (head.app === null || !isSameTenant(head.app, app) || head.serial === 0) return false;
  return head.ledger !== ledger || head.serial > serial;
}

/** That no object is a record's was decided when the ledger was what it is: it may have been created since. */
function createForgetDecided(database: SqliteDatabase): (pipeline: string) => void {
  const forget = database.prepare("DELETE FROM decided WHERE pipeline = ? AND kind = 'create'");
  return (pipeline) => void forget.run(pipeline);
}

/** The pipelines that have records. The index is skipped through, so that a million records cost no more than ten. */
function pipelinesOf(database: SqliteDatabase): string[] {
  return database
    .prepare(`
    WITH RECURSIVE each (pipeline) AS (
      SELECT min(pipeline) FROM entry
      UNION ALL SELECT (SELECT min(pipeline) FROM entry WHERE pipeline > each.pipeline) FROM each WHERE pipeline IS NOT NULL
    ) SELECT pipeline FROM each WHERE pipeline IS NOT NULL`)
    .pluck()
    .all() as string[];
}

/** Tells a copy that it is one: whatever is written with the ledger from now on, the copy does not know. `at`: epoch ms. */
export function markCopy(file: string, at: number): void {
  const copy = openCopy(file);
  try {
    const why: Restored = { kind: 'copy', copiedAt: at, runs: [] };
    const add = copy.prepare('INSERT OR REPLACE INTO restored (pipeline, why) VALUES (?, ?)');
    const forget = createForgetDecided(copy);
    for (const pipeline of pipelinesOf(copy)) {
      add.run(pipeline, JSON.stringify(why));
      forget(pipeline);
    }
    // The run that held the ledger while it was copied does not hold the copy.
    copy.exec('DELETE FROM lease');
  } finally {
    copy.close();
  }
}
