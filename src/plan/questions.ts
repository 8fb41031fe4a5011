import type Database from 'better-sqlite3';
import { eachInPages } from '../in-pages.ts';
import { once } from '../lazily.ts';
import type { ChangeKind } from '../model.ts';

/** What decides how a planned row is asked about in Feishu, without its payload. */
export interface Question {
  readonly seq: number;
  readonly kind: ChangeKind;
  readonly key: string | null;
  /** Of what is looked for under its application; null of what is asked about by its id, or not at all. */
  readonly application: string | null;
  /** Of what the source says, where it may be sent. */
  readonly fingerprint: string | null;
}

const PAGE = 2000;

/** Rows of some kinds in plan order, in pages. */
export function createQuestions(database: Database.Database): {
  questions(kinds: readonly ChangeKind[]): Generator<Question>;
} {
  // By the rows themselves: an index of kinds would be sorted anew for every page.
  const page = once(() =>
    database.prepare(`
      SELECT seq, kind, key,
        CASE WHEN kind IN ('create', 'adopt') AND detail ->> '$.recreates' IS NULL
          THEN payload ->> '$.external_application_id' END AS application,
        CASE kind WHEN 'create' THEN fingerprint
          WHEN 'update' THEN coalesce(detail ->> '$.source.fingerprint', fingerprint) END AS fingerprint
      FROM change WHERE +kind IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY seq LIMIT ${PAGE}`),
  );
  return {
    *questions(kinds) {
      const names = JSON.stringify(kinds);
      const read = (after: number) => page().all(names, after) as Question[];
      yield* eachInPages(0, PAGE, read, ({ seq }) => seq);
    },
  };
}
