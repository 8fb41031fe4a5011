import { HireSyncError } from '../errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createTrail } from '../mapping/trail.ts';
import type { Problem, RejectMark, SourceRecord } from '../model.ts';
import { knownBy, type Mapped } from '../plan/mapped.ts';
import { settledState } from '../plan/settled-state.ts';
import { batchesOf } from '../readers/batches.ts';
import { type CorrectedRejects, type LeftCorrection, readRejects } from '../readers/read-rejects.ts';
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
 * - if it has another key than it was rejected under, or, had it none, that of another record: somebody mistyped it;
 * - if a row of its children was corrected that the export no longer has as it was, or was corrected twice.
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
  const { rows, children, corrections, leftOf, calls } = await readRejects(source, file, { runs, context });
  const quiet: ReadContext = { ...context, onFile() {}, onOrphan() {} };
  const unseen: ReadContext = { ...quiet, picture: undefined };
  const { wanted, records } = await wantedRows(rows, name, file, unseen);
  const stray = corrections.find(({ isEdited, mark }) => isEdited && !records.has(mark.record));
  if (stray !== undefined) {
    const { file: at, line } = stray.record.origin;
    throw new HireSyncError('SOURCE_INVALID', {
      zh: `${at} 第 ${line} 行改正了一行明细，而它所属记录的那一行不在 rejects.csv 中。不想写入这条记录：把 ${at} 的第 ${line} 行也删掉；要写入：在 rejects.csv 中恢复那一行，或使用同一次运行的 rejects.csv。`,
      en: `${at}, row ${line}: the record of this row is not among those that are fed back with it: its row in rejects.csv is gone. If the record is not to go in, delete this row as well; if it is, restore its row in rejects.csv, or name the reject file of its run.`,
    });
  }
  const track = { trail: createTrail(), hasColumns: () => false, takesWords };
  const keyOf = (record: SourceRecord) => keyInPassing(pipeline, record, track);
  const typed = await typedKeys(source.withRecords(rows), keyOf, { ...unseen, withoutChildren: true });
  const exported = await lookUp(
    source,
    { wanted, typed, keyOf },
    {
      ...quiet,
      onFile: (count) => context.picture?.read(count),
      withoutChildren: true,
    },
  );

  const stale = (record: SourceRecord, mapped: Mapped): readonly Problem[] => {
    const key = knownBy(mapped);
    const entry = key === null ? undefined : ledger.find(name, key);
    const said = entry?.appliedSource ?? entry?.applied?.json;
    const marks = (record.rows ?? [record]).flatMap(({ rejected }) => rejected ?? []);
    const left = [...new Set(marks.map((mark) => mark.record))].flatMap(leftOf).map(leftProblem);
    if (mapped.kind === 'mapped' && said === mapped.payload.json)
      return distinct(left).map((one) => named(one, calls));
    const state = settledState(entry);
    return distinct([
      ...marks.flatMap((mark) => [...complaintsAbout(mark, { key, state, ...exported })]),
      ...left,
    ]).map((one) => named(one, calls));
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
  } & Exported,
): Generator<Problem> {
  const { key, state, replaced, others } = about;
  const check = checkOf(text);
  if (check === undefined) {
    if (state !== null)
      yield problem(
        '“{_check}”一格没有了，而这条记录台账已知道：无法判断此后是否写入过。请从 rejects.original.csv 恢复这一格，或在导出中改正',
        `"{_check}" is gone, and the record is known: nobody can tell whether it was written since. Restore the cell from rejects.original.csv, or correct the export`,
      );
    return;
  }
  if (replaced.has(check.row))
    yield problem(
      '导出中这条记录现在是另一行：正常同步会取那一行',
      'the export has this record in another row by now: a normal sync takes that one',
    );
  if (key === null) return;
  const hash = shortHash(key);
  if (check.key === undefined ? others.has(hash) || state !== null : check.key !== hash)
    yield problem(
      check.key === undefined
        ? `记录编号“${key}”属于另一条记录：请填对编号，或在导出中改正`
        : `这一行当时不是因记录编号“${key}”被拒绝的，而拒绝文件中不能改换编号：请恢复原来的编号，或在导出中改正`,
      check.key === undefined
        ? `the key "${key}" is that of another record: type the right key, or correct the export`
        : `the row was not rejected under the key "${key}", and a reject file may not change a key: restore the old one, or correct the key in the export`,
    );
  else if (state !== null && check.state !== shortHash(state))
    yield problem(
      '拒绝文件生成之后，这条记录已写入：请在导出中改正，正常同步即可',
      'its record was written since the reject file was made: correct the export, and run a normal sync',
    );
}

function leftProblem({ record, mark, rival }: LeftCorrection): Problem {
  const { file, line } = record.origin;
  const at = { file: mark.origin.file, row: mark.row || mark.origin.line };
  if (rival === undefined)
    return problem(
      `${file} 第 ${line} 行改正的是导出中的一行（${at.file} 第 ${at.row} 行），而那一行已不是原样：请在导出中改正，正常同步即可`,
      `row ${line} of ${file} corrects a row of the export (${at.file}, row ${at.row}) that is not there any more as it was: correct the export, and run a normal sync`,
    );
  const [one, other] = [line, rival.record.origin.line].sort((a, b) => a - b);
  return problem(
    `${file} 的第 ${one} 行和第 ${other} 行改正的是导出中的同一行（${at.file} 第 ${at.row} 行）：请删掉其中一行`,
    `rows ${one} and ${other} of ${file} correct the same row of the export (${at.file}, row ${at.row}): delete one of them`,
  );
}

/** With our columns as the file calls them. */
function named({ field: _, message, zh, ...rest }: Problem, calls: (column: '_check') => string): Problem {
  const [name, text] = [calls('_check'), (words: string) => words.replace('{_check}', () => calls('_check'))];
  return { ...rest, field: name, message: text(message), ...(zh === undefined ? {} : { zh: text(zh) }) };
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

/** Hashes of the keys that were typed into rows that had none. */
async function typedKeys(
  fed: Source<unknown>,
  keyOf: (record: SourceRecord) => string | null,
  context: ReadContext,
): Promise<ReadonlySet<string>> {
  const typed = new Set<string>();
  for await (const batch of batchesOf(fed.read(context))) {
    for (const record of batch) {
      const hadKey = (record.rows ?? [record]).every(
        ({ rejected }) => checkOf(rejected?.check ?? '')?.key !== undefined,
      );
      const key = hadKey ? null : keyOf(record);
      if (key !== null) typed.add(shortHash(key));
    }
  }
  return typed;
}

/** What the export has by now. */
interface Exported {
  /** The rows of the reject file that it has no more, while it has another row with their key. */
  readonly replaced: ReadonlySet<string>;
  /** Hashes of keys, of those in the reject file, that it has in other rows. */
  readonly others: ReadonlySet<string>;
}

async function lookUp(
  source: Source<unknown>,
  {
    wanted,
    typed,
    keyOf,
  }: {
    readonly wanted: ReadonlyMap<string, string>;
    readonly typed: ReadonlySet<string>;
    readonly keyOf: (record: SourceRecord) => string | null;
  },
  context: ReadContext,
): Promise<Exported> {
  const missing = new Map(wanted);
  const keys = new Set([...wanted.values(), ...typed]);
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
  return { replaced: new Set([...missing].filter(([, key]) => others.has(key)).map(([row]) => row)), others };
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((one) => [one.message, one])).values()];
}
