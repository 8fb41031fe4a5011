import { dirname } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Reason } from '../reason.ts';
import { copyWhole } from './copying.ts';
import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import { markCopy } from './restored.ts';
import { damagedPayloads, listed } from './soundness.ts';

/** One line of the id map; no candidate text. Times in epoch ms. */
export interface IdRow {
  readonly pipeline: string;
  readonly key: string;
  readonly target: string;
  readonly external_id: string;
  readonly remote_id: string | null;
  readonly state: string;
  readonly held: Reason | null;
  readonly first_attempt_at: number;
  readonly last_attempt_at: number;
  readonly settled_at: number | null;
}

/** Looking after the ledger file. */
export interface Upkeep {
  /** What is wrong with the ledger, one sentence each; empty when it is sound. */
  check(): readonly string[];
  /** Entries by state, and how many are held. */
  tally(): readonly {
    readonly pipeline: string;
    readonly state: string;
    readonly entries: number;
    readonly held: number;
  }[];
  /** Whether it has no record of any pipeline. */
  isEmpty(): boolean;
  /** The targets of a pipeline's entries: one, unless a pipeline was pointed at another. */
  targets(pipeline: string): readonly string[];
  /**
   * A consistent copy (mode 0600), also while a run writes: whole, or not there. It knows that it is one: see `restored.ts`.
   * @param stopping ends it early; then there is no copy
   * @throws HireSyncError CONFIG_INVALID when `file` exists or cannot be written; the reason of `stopping`
   */
  backup(file: string, stopping?: AbortSignal): Promise<void>;
  /** The id map after `(pipeline, key)`, in that order, at most `limit`. */
  ids(after: { readonly pipeline: string; readonly key: string }, limit: number): readonly IdRow[];
}

// Each says what must not be; a sound ledger gives no row for any of them.
const INVARIANTS: readonly { readonly sql: string; readonly broken: string }[] = [
  {
    sql: `SELECT pipeline || ' ' || remote_id FROM entry WHERE remote_id IS NOT NULL
          GROUP BY pipeline, remote_id HAVING count(*) > 1`,
    broken: 'two records own one Feishu id',
  },
  {
    sql: `SELECT DISTINCT attempt.pipeline || ' ' || attempt.key FROM attempt
          LEFT JOIN entry USING (pipeline, key) WHERE attempt.outcome IS NULL AND entry.key IS NULL`,
    broken: 'a request left and its intent is lost',
  },
];

export function createUpkeep(database: SqliteDatabase, guarded: Guarded, now: () => number): Upkeep {
  const ids = database.prepare(`
    SELECT pipeline, key, target, external_id, remote_id, state, held_reason, first_attempt_at, last_attempt_at, settled_at
    FROM entry WHERE (pipeline, key) > (@pipeline, @key) ORDER BY pipeline, key LIMIT @limit`);
  const targets = database.prepare('SELECT DISTINCT target FROM entry WHERE pipeline = ?').pluck();
  const tally = database.prepare(`
    SELECT pipeline, state, count(*) AS entries, count(held_reason) AS held FROM entry
    GROUP BY pipeline, state ORDER BY pipeline, state`);
  const any = database.prepare('SELECT 1 FROM entry LIMIT 1').pluck();
  return {
    isEmpty: guarded(() => any.get() === undefined),
    check: guarded(() => {
      const integrity = database.prepare('PRAGMA integrity_check').pluck().all() as string[];
      if (integrity.join() !== 'ok') return integrity.map((line) => `SQLite: ${line}`);
      const broken = INVARIANTS.flatMap(({ sql, broken }) =>
        listed(broken, database.prepare(sql).pluck().all() as string[]),
      );
      return [...broken, ...damagedPayloads(database)];
    }),
    targets: guarded((pipeline) => targets.all(pipeline) as string[]),
    tally: guarded(() => tally.all() as ReturnType<Upkeep['tally']>),
    async backup(file, stopping) {
      try {
        // Marked before it has its name: a copy that does not know that it is one must not be taken for the ledger.
        await copyWhole(database, file, { finish: (part) => markCopy(part, now()), stopping });
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (typeof code !== 'string' || /^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw error;
        const why =
          code === 'EEXIST'
            ? 'it exists already; choose another name'
            : code === 'ENOENT'
              ? `there is no folder ${dirname(file)}: make it first, or name another`
              : `it cannot be written (${code})`;
        throw new HireSyncError('CONFIG_INVALID', `No backup to ${file}: ${why}.`, { cause: error });
      }
    },
    ids: guarded((after, limit) => {
      const rows = ids.all({ ...after, limit }) as (Omit<IdRow, 'held'> & { held_reason: string | null })[];
      return rows.map(({ held_reason: held, ...row }): IdRow => {
        return { ...row, held: held === null ? null : (JSON.parse(held) as Reason) };
      });
    }),
  };
}
