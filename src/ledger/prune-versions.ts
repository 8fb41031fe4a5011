import type { SqliteDatabase } from './database.ts';
import type { Guarded } from './entries.ts';
import type { Fenced } from './fence.ts';

/** Replaced contents of one run, of which an undo needs all or none. */
export interface KeptVersions {
  readonly run: string;
  readonly pipeline: string;
  readonly rows: number;
  /** Nobody has changed these records since: an undo of the run can still give them back. */
  readonly isNeeded: boolean;
}

/** What an undo of its run would give back: nobody has changed the record, or given it back, since. See `versions.later`. */
const NEEDED = `(undone_by IS NULL
  AND EXISTS (SELECT 1 FROM entry e WHERE e.pipeline = v.pipeline AND e.key = v.key AND e.remote_id = v.remote_id)
  AND NOT EXISTS (SELECT 1 FROM version l WHERE l.pipeline = v.pipeline AND l.key = v.key AND l.run <> v.run
                    AND l.remote_id = v.remote_id AND l.undone_by IS NULL AND l.at >= v.at))`;
/** A record that was created anew: its old one is given back while the create is that run's. */
const NEEDED_ANEW =
  'EXISTS (SELECT 1 FROM entry e WHERE e.pipeline = v.pipeline AND e.key = v.key AND e.first_run = v.run)';
const HAS_CONTENT = '(before_payload IS NOT NULL OR before_source IS NOT NULL OR found_payload IS NOT NULL)';

export function createPruneVersions(
  database: SqliteDatabase,
  guarded: Guarded,
  fenced: Fenced,
): { kept(): readonly KeptVersions[]; prune(run: string, pipeline: string): void } {
  const kept = database.prepare(`
    SELECT run, pipeline, isNeeded, count(*) AS rows FROM (
      SELECT run, pipeline, ${NEEDED} AS isNeeded FROM version v WHERE ${HAS_CONTENT}
      UNION ALL SELECT run, pipeline, ${NEEDED_ANEW} FROM replaced v
    ) GROUP BY run, pipeline, isNeeded ORDER BY run, pipeline, isNeeded`);
  const empty = database.prepare(`
    UPDATE version AS v SET before_payload = NULL, before_source = NULL, found_payload = NULL
    WHERE run = @run AND pipeline = @pipeline AND ${HAS_CONTENT} AND NOT ${NEEDED}`);
  const drop = database.prepare(
    `DELETE FROM replaced AS v WHERE run = @run AND pipeline = @pipeline AND NOT ${NEEDED_ANEW}`,
  );
  const pruned = fenced((run: string, pipeline: string) => {
    empty.run({ run, pipeline });
    drop.run({ run, pipeline });
  });
  return {
    kept: guarded(() =>
      (kept.all() as (Omit<KeptVersions, 'isNeeded'> & { isNeeded: number })[]).map(
        ({ isNeeded, ...of }) => ({
          ...of,
          isNeeded: isNeeded === 1,
        }),
      ),
    ),
    prune(run, pipeline) {
      // What is deleted is overwritten with zeros.
      guarded(() => database.pragma('secure_delete = ON'))();
      pruned(run, pipeline);
    },
  };
}
