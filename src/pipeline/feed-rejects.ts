import { HireSyncError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createTrail } from '../mapping/trail.ts';
import type { Problem, RejectMark, SourceRecord } from '../model.ts';
import { knownBy, type Mapped } from '../plan/mapped.ts';
import { settledState } from '../plan/settled-state.ts';
import { batchesOf } from '../readers/batches.ts';
import { type CorrectedRejects, readRejects } from '../readers/read-rejects.ts';
import { checkOf, rowHash, shortHash } from '../readers/reject-check.ts';
import type { ReadContext, Source } from '../readers/source.ts';
import type { Pipeline } from './define.ts';
import { keyInPassing } from './transform.ts';

type Transform = (record: SourceRecord) => Mapped;

/** The records of a corrected reject file. */
export interface FedRejects extends Pick<CorrectedRejects, 'children'> {
  readonly source: Source<unknown>;
  /** The transform that rejects, by name, records whose row may no longer go in: see `feedRejects`. */
  checking(transform: Transform): Transform;
}

interface Feeding {
  readonly runs: string | undefined;
  readonly ledger: Pick<Ledger, 'find'>;
  readonly context: ReadContext;
  readonly takesWords: (file: string, column: string) => boolean;
}

/**
 * Takes the rows of a corrected reject file in the place of the source's own, however old the file is. A row may not go in
 * (ROW_STALE)
 * - if its record was settled since, unless it says just that: the older row would undo what was written;
 * - if the export has its record in another row by now: that one is taken by a normal sync. A row that the export no
 *   longer has goes in;
 * - if it has the key of another record that is known: somebody mistyped it;
 * - if a row of its children was corrected that the export no longer has as it was.
 * The export's own rows are read for that, without their children.
 * @throws HireSyncError CONFIG_INVALID for records of JSON, and for the rejects of another pipeline; SOURCE_*
 */
export async function feedRejects(
  pipeline: Pipeline,
  file: string,
  { runs, ledger, context, takesWords }: Feeding,
): Promise<FedRejects> {
  const { name, source } = pipeline;
  if (source.withRecords === undefined) {
    throw new HireSyncError(
      'CONFIG_INVALID',
      `--only-rejects works for rows of CSV files; the records of pipeline "${name}" cannot be made from them. Correct the export instead.`,
    );
  }
  const { rows, children, corrections, leftOf } = await readRejects(source, file, { runs, context });
  const quiet: ReadContext = { ...context, onFile() {}, onOrphan() {} };
  const { wanted, records } = await wantedRows(rows, name, file, { ...quiet, picture: undefined });
  const stray = corrections.find(({ isEdited, mark }) => isEdited && !records.has(mark.record));
  if (stray !== undefined) {
    const { origin } = stray.record;
    const text = `${origin.file}, row ${origin.line}: the record of this row is not among those that are fed back with it. Restore its row in rejects.csv, name the reject file of its run, or leave the row as it was.`;
    throw new HireSyncError('SOURCE_INVALID', text);
  }
  const track = { trail: createTrail(), hasColumns: () => false, takesWords };
  const keyOf = (record: SourceRecord) => keyInPassing(pipeline, record, track);
  const replaced = await replacedRows(source, wanted, keyOf, {
    ...quiet,
    onFile: (count) => context.picture?.read(count),
    withoutChildren: true,
  });

  const stale = (record: SourceRecord, mapped: Mapped): readonly Problem[] => {
    const key = knownBy(mapped);
    const entry = key === null ? undefined : ledger.find(name, key);
    const said = entry?.appliedSource ?? entry?.applied?.json;
    if (mapped.kind === 'mapped' && said === mapped.payload.json) return [];
    const state = settledState(entry);
    const marks = (record.rows ?? [record]).flatMap(({ rejected }) => rejected ?? []);
    return distinct([
      ...marks.flatMap((mark) => [...complaintsAbout(mark, { key, state, replaced })]),
      ...[...new Set(marks.map((mark) => mark.record))].flatMap(leftOf).map(({ mark, record: child }) => {
        const at = `${mark.origin.file}, row ${mark.row || mark.origin.line}`;
        const text = `row ${child.origin.line} of ${child.origin.file} corrects a row of the export (${at}) that is not there any more as it was: correct the export, and run a normal sync`;
        const zh = `${child.origin.file} 第 ${child.origin.line} 行改正的是导出中的一行（${mark.origin.file} 第 ${mark.row || mark.origin.line} 行），而那一行已不是原样：请在导出中改正，正常同步即可`;
        return problem(zh, text);
      }),
    ]);
  };
  return {
    source: source.withRecords(rows),
    children,
    checking: (transform) => (record) => {
      const mapped = transform(record);
      const problems = stale(record, mapped);
      if (problems.length === 0) return mapped;
      const { origin, key } = mapped;
      return mapped.kind === 'rejected'
        ? { ...mapped, problems: [...mapped.problems, ...problems] }
        : { kind: 'rejected', key, origin, problems };
    },
  };
}

function* complaintsAbout(
  { check: text }: RejectMark,
  about: {
    readonly key: string | null;
    readonly state: string | null;
    readonly replaced: ReadonlySet<string>;
  },
): Generator<Problem> {
  const { key, state, replaced } = about;
  const check = checkOf(text);
  if (check === undefined) {
    if (state !== null)
      yield problem(
        '“_check”一格没有了，而这条记录台账已知道：无法判断此后是否写入过。请从 rejects.original.csv 恢复这一格，或在导出中改正',
        `"_check" is gone, and the record is known: nobody can tell whether it was written since. Restore the cell from rejects.original.csv, or correct the export`,
      );
    return;
  }
  if (replaced.has(check.row))
    yield problem(
      '导出中这条记录现在是另一行：正常同步会取那一行',
      'the export has this record in another row by now: a normal sync takes that one',
    );
  if (key === null || state === null) return;
  if (check.key !== shortHash(key))
    yield problem(
      `这一行当时不是因记录编号“${key}”被拒绝的，而该编号的记录已写入：请填对编号，或在导出中改正`,
      `the row was not rejected under the key "${key}", and the record of that key has been written: type the right key, or correct the export`,
    );
  else if (check.state !== shortHash(state))
    yield problem(
      '拒绝文件生成之后，这条记录已写入：请在导出中改正，正常同步即可',
      'its record was written since the reject file was made: correct the export, and run a normal sync',
    );
}

function problem(zh: string, message: string): Problem {
  return { code: 'ROW_STALE', field: '_check', value: '', zh, message };
}

/** The rows of a reject file by the hashes they had in the export, each with the hash of its key ('' for none), and their records. */
async function wantedRows(
  rows: Source<unknown>,
  pipeline: string,
  file: string,
  context: ReadContext,
): Promise<{ readonly wanted: ReadonlyMap<string, string>; readonly records: ReadonlySet<string> }> {
  const wanted = new Map<string, string>();
  const records = new Set<string>();
  for await (const { rejected } of rows.read(context)) {
    records.add(rejected?.record ?? '');
    const check = checkOf(rejected?.check ?? '');
    if (check === undefined) continue;
    if (check.pipeline !== pipeline) {
      const text = `${file} has the rejected rows of pipeline "${check.pipeline}", not of "${pipeline}": name that pipeline.`;
      throw new HireSyncError('CONFIG_INVALID', text);
    }
    wanted.set(check.row, check.key ?? '');
  }
  return { wanted, records };
}

/** Those rows that the export has no more, while it has another row with their key. */
async function replacedRows(
  source: Source<unknown>,
  wanted: ReadonlyMap<string, string>,
  keyOf: (record: SourceRecord) => string | null,
  context: ReadContext,
): Promise<ReadonlySet<string>> {
  const missing = new Map(wanted);
  const keys = new Set(wanted.values());
  const others = new Set<string>();
  for await (const batch of batchesOf(source.read(context))) {
    for (const record of batch) {
      const hashes = (record.rows ?? [record]).map(({ values }) => rowHash(values));
      for (const hash of hashes) missing.delete(hash);
      if (hashes.every((hash) => wanted.has(hash))) continue;
      const key = keyOf(record);
      const hash = key === null ? '' : shortHash(key);
      if (hash !== '' && keys.has(hash)) others.add(hash);
    }
  }
  return new Set([...missing].filter(([, key]) => others.has(key)).map(([row]) => row));
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [one.message, one])).values()];
}
