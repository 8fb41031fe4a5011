import { eachInPages } from '../in-pages.ts';
import { once } from '../lazily.ts';
import type { Change, ChangeKind } from '../model.ts';
import { openScratch } from '../scratch.ts';
import { createBesideChanges } from './beside-changes.ts';
import { cellsOf, plannedChange, type Row } from './change-row.ts';
import { createCreatesByApplication } from './creates-by-application.ts';
import { createGoodRows } from './good-rows.ts';
import { knownBy } from './mapped.ts';
import { createOutcomes, type Outcomes } from './outcomes.ts';
import { createPlanKeys } from './plan-keys.ts';
import type { ListedOrphan, MarkedRow, Missing, Orphan, PlannedChange, Seen } from './planned.ts';
import { createQuestions, type Question } from './questions.ts';
import { createRecordLabels, type RecordLabels } from './record-labels.ts';
import { createTextBytes } from './text-bytes.ts';

/**
 * A plan on disk, in an anonymous SQLite file that disappears with the process: a first migration has a
 * million creates. Reads go in pages; nothing iterates open across an `await`.
 */
export interface PlanStore {
  /** Appends a change, and the record it is about where that may be asked for; returns its place. `sameness` tells whether a second row of the same key says the same. */
  add(
    change: Change,
    original: string | (() => string) | null,
    sameness: string,
    mark?: Uint8Array | null,
  ): number;
  /** Counts records of a file that are unchanged and need no place in the plan. */
  addUnchanged(file: string, count: number): void;
  /** Rows by whose bytes they may be known again, in key order: not those whose key another row has, too. */
  marked(): Generator<MarkedRow>;
  countMarked(): number;
  /** Runs `work` in the transaction that a plan is from its beginning to its end. */
  batch<T>(work: () => T): T;
  /** The first change with this key, or undefined. */
  seen(key: string): Seen | undefined;
  /** Those of these keys that have not come by. */
  unseen(keys: readonly string[]): ReadonlySet<string>;
  /** Replaces the change at `seq` by another (a duplicate came later, an outcome is known). */
  replace(seq: number, change: Change): void;
  /** Changes of the given kinds after `afterSeq`, in plan order, at most `limit`. */
  page(kinds: readonly ChangeKind[], afterSeq: number, limit: number): readonly PlannedChange[];
  count(kind: ChangeKind): number;
  /** The same for every file with rows in the plan. */
  countByFile(): readonly { readonly file: string; readonly kind: ChangeKind; readonly rows: number }[];
  /** So many applications of planned creates, or fewer, spread over the plan. */
  sampleCreates(applications: number): ReadonlySet<string>;
  /** Rows of some kinds in plan order, as far as it takes to know what Feishu is asked about them. */
  questions(kinds: readonly ChangeKind[]): Generator<Question>;
  /** Applications of planned creates after `after`, in order, at most `limit`. */
  applications(after: string, limit: number): readonly string[];
  /** The planned creates of one application, in plan order. */
  createsOf(application: string): readonly PlannedChange[];
  /** The planned adoptions of one application, in plan order. */
  adoptsOf(application: string): readonly PlannedChange[];
  /** The planned creates with this payload, in plan order, at most `limit`. */
  createsEqual(fingerprint: string, limit: number): readonly PlannedChange[];
  /** A child record that belongs to no row; `message` may quote its key. */
  addOrphan(orphan: Orphan): void;
  /** Orphans after `afterId`, in order, at most `limit`. See `eachOrphan`. */
  orphans(afterId: number, limit: number): readonly ListedOrphan[];
  addMissing(keys: readonly Missing[]): void;
  /** Missing records after the key `after`, in order, at most `limit`. See `eachMissing`. */
  missing(after: string, limit: number): readonly Missing[];
  /** Whether the export no longer has the record with this key. */
  isMissing(key: string): boolean;
  countMissing(): number;
  /** What became of the changes that were carried out. */
  readonly outcomes: Outcomes;
  readonly labels: RecordLabels;
  /** Empties the plan: what it was made from has changed. */
  clear(): void;
  close(): void;
}

const PAGE = 500;

interface Unlisted {
  readonly file: string;
  readonly kind: 'unchanged';
  readonly rows: number;
}

const NONE: Unlisted = { file: '', kind: 'unchanged', rows: 0 };

const SCHEMA = `
  CREATE TABLE change (
    seq INTEGER PRIMARY KEY, key TEXT, kind TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
    -- NULL where it is the fingerprint.
    sameness TEXT, mark BLOB, remote_id TEXT, fingerprint TEXT, payload TEXT, detail TEXT, original TEXT
  ) STRICT;
`;

/**
 * Opens an empty plan. Candidate text in it lives in SQLite's own temporary file, unlinked while open.
 * `lean`: what is to be created is counted, not kept (`validate` sends nothing).
 */
export function openPlanStore({ lean = false } = {}): PlanStore {
  const database = openScratch();
  // A row has a payload and a record: with more of them to a page there are fewer pages to write.
  database.pragma('page_size = 16384');
  // Rows are added at the end and read in order: with 16 MB a shuffled million takes a twentieth less time, and 40 MB more.
  database.pragma('cache_size = -4096');
  database.exec(SCHEMA);
  // Never committed: a commit would write out what still fits in the cache.
  database.exec('BEGIN');
  // Each index is made by whoever asks first: at once for all rows takes a fraction of the time, and some are never asked for.
  const indexKeys = once(() =>
    database.exec('CREATE INDEX change_key ON change (key) WHERE key IS NOT NULL'),
  );
  // With the file, so that counting by file reads no payloads.
  const indexKinds = once(() => database.exec('CREATE INDEX change_kind ON change (kind, seq, file)'));
  const insert = database.prepare(`
    INSERT INTO change (seq, key, kind, file, line, remote_id, payload, fingerprint, detail, original, sameness, mark)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  // Most rows of a first run and of a rerun: every cell that is not bound saves a tenth of the insert.
  const insertCreate = database.prepare(`
    INSERT INTO change (seq, key, kind, file, line, payload, fingerprint, original)
    VALUES (?, ?, 'create', ?, ?, CAST(? AS TEXT), ?, CAST(? AS TEXT))`);
  const bytesOf = { payload: createTextBytes(), original: createTextBytes() };
  const insertUnchanged = database.prepare(`
    INSERT INTO change (seq, key, kind, file, line, remote_id, original, sameness, mark)
    VALUES (?, ?, 'unchanged', ?, ?, ?, ?, ?, ?)`);
  const update = database.prepare(`
    UPDATE change SET key = @key, kind = @kind, file = @file, line = @line, remote_id = @remote_id,
                      payload = @payload, fingerprint = @fingerprint, detail = @detail,
                      sameness = coalesce(sameness, fingerprint) WHERE seq = @seq`);
  const unseen = database
    .prepare(
      'SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM change WHERE change.key = json_each.value)',
    )
    .pluck();
  const page = database.prepare(
    'SELECT * FROM change WHERE kind IN (SELECT value FROM json_each(?)) AND seq > ? ORDER BY seq LIMIT ?',
  );
  const count = database.prepare('SELECT count(*) AS n FROM change WHERE kind = ?');
  const countByFile = database.prepare('SELECT file, kind, count(*) AS rows FROM change GROUP BY file, kind');
  // Not by the index of kinds: that would sort all rows for every page.
  const MARKED = `mark IS NOT NULL AND key IS NOT NULL AND +kind IN ('create', 'update', 'unchanged', 'adopt', 'record')`;
  const countMarked = database.prepare(`SELECT count(*) FROM change WHERE ${MARKED}`).pluck();
  let unlisted = NONE;
  let rows = 0;
  const good = createGoodRows();
  const keys = createPlanKeys(database, indexKeys, good.find);

  const put = (
    seq: number,
    change: Change,
    original: string | null,
    sameness: string | null,
    mark: Uint8Array | null,
  ) => {
    const { key, kind, file, line, remote_id, payload, fingerprint, detail } = cellsOf(change);
    const own = sameness === fingerprint ? null : sameness;
    if (kind === 'create' && own === null && mark === null && detail === null) {
      insertCreate.run(
        seq,
        key,
        file,
        line,
        bytesOf.payload(payload),
        fingerprint,
        bytesOf.original(original),
      );
      return;
    }
    // By place: by name costs half as much again.
    insert.run(seq, key, kind, file, line, remote_id, payload, fingerprint, detail, original, own, mark);
  };
  return {
    addUnchanged: (file, rows) => {
      unlisted = { file, kind: 'unchanged', rows };
    },
    *marked() {
      indexKeys();
      const marked = database.prepare(`
        SELECT key, coalesce(sameness, fingerprint) AS fingerprint, mark FROM change INDEXED BY change_key
        WHERE ${MARKED} AND key > ?
        AND NOT EXISTS (SELECT 1 FROM change AS other WHERE other.key = change.key AND other.seq <> change.seq)
        ORDER BY key LIMIT ?`);
      const read = (after: string) => marked.all(after, PAGE) as MarkedRow[];
      yield* eachInPages('', PAGE, read, ({ key }) => key);
    },
    countMarked: () => countMarked.get() as number,
    add: (change, original, sameness, mark = null) => {
      const known = knownBy(change);
      const seq = ++rows;
      const isInMemory = known !== null && keys.add(known, seq);
      if (lean && change.kind === 'create') {
        if (isInMemory) good.add(seq, change);
        else put(seq, { ...change, payload: { ...change.payload, json: '' } }, null, sameness, null);
        return seq;
      }
      const kept = typeof original === 'function' ? original() : original;
      if (change.kind === 'unchanged') {
        const { key, origin, remoteId } = change;
        insertUnchanged.run(seq, key, origin.file, origin.line, remoteId, kept, sameness, mark);
      } else put(seq, change, kept, sameness, mark);
      return seq;
    },
    batch: (work) => work(),
    seen: keys.seen,
    unseen: (asked) => {
      indexKeys();
      return new Set(unseen.all(JSON.stringify(asked)) as string[]);
    },
    replace: (seq, change) => {
      if (change.key !== null) keys.add(change.key, seq);
      if (good.remove(seq)) put(seq, change, null, null, null);
      else update.run({ ...cellsOf(change), seq });
    },
    page: (kinds, afterSeq, limit) => {
      indexKinds();
      const rows = page.all(JSON.stringify(kinds), afterSeq, limit) as Row[];
      return rows.map(plannedChange);
    },
    count: (kind) => {
      indexKinds();
      const besides = kind === 'unchanged' ? unlisted.rows : kind === 'create' ? good.count : 0;
      return (count.get(kind) as { n: number }).n + besides;
    },
    countByFile: () => {
      indexKinds();
      const sums = new Map<string, ReturnType<PlanStore['countByFile']>[number]>();
      const stored = countByFile.all() as ReturnType<PlanStore['countByFile']>;
      for (const one of [...stored, ...good.byFile(), ...(unlisted === NONE ? [] : [unlisted])]) {
        const name = `${one.kind} ${one.file}`;
        sums.set(name, { ...one, rows: one.rows + (sums.get(name)?.rows ?? 0) });
      }
      return [...sums.values()];
    },
    ...createCreatesByApplication(database),
    ...createBesideChanges(database),
    ...createQuestions(database),
    outcomes: createOutcomes(database),
    labels: createRecordLabels(database),
    clear: () => {
      unlisted = NONE;
      rows = 0;
      keys.clear();
      good.clear();
      database.exec(
        'DELETE FROM change; DELETE FROM orphan; DELETE FROM missing; DELETE FROM outcome; DELETE FROM label',
      );
    },
    close: () => database.close(),
  };
}

/** Changes of some kinds one after the other, read in pages of `size`. */
export function* eachChange(
  store: Pick<PlanStore, 'page'>,
  kinds: readonly ChangeKind[],
  size = 256,
): Generator<PlannedChange> {
  const read = (after: number, limit: number) => store.page(kinds, after, limit);
  yield* eachInPages(0, size, read, ({ seq }) => seq);
}
