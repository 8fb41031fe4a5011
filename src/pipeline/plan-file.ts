import { createHash } from 'node:crypto';
import { HireSyncError } from '../errors.ts';
import type { Target } from '../feishu/target.ts';
import type { Change } from '../model.ts';
import { eachMissing, eachOrphan } from '../plan/pages.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { Missing, Orphan, PlannedChange } from '../plan/planned.ts';
import type { Policy } from '../plan/three-way.ts';
import { NoRegularFile, openRegular } from '../readers/regular-file.ts';
import type { Report } from '../result/report.ts';
import { unsound } from './plan-check.ts';

/** What a saved plan is bound to: if any of it moves, the plan is of something else. */
export interface Binding {
  readonly hireSync: string;
  readonly pipeline: string;
  /** Hex SHA-256 of the pipeline's code. */
  readonly code: string;
  readonly settings: Policy & { readonly allowed: readonly string[] };
  /** Sources, child files and lookups, as `Report.files` names them, with the hex SHA-256 of their bytes. */
  readonly files: readonly { readonly file: string; readonly sha256: string }[];
  readonly tenant: { readonly baseUrl: string; readonly appId: string };
  /** Whether it was compared with what Feishu held. */
  readonly remote: boolean;
}

/** The first line of a plan file. */
export interface PlanHeader {
  readonly format: typeof FORMAT;
  readonly bound: Binding;
  /** The report of the plan. */
  readonly report: Report;
}

/** One row of a plan file. */
export interface Line {
  readonly change: Change;
  /** The state of the ledger's entry when the plan was made, see `entryState`; left out where nothing is written. */
  readonly entry?: string | null;
  /** The row's cells, where they may end in the reject file (Feishu may refuse any) or wait for another night. */
  readonly original?: string;
  /** Who it is about. */
  readonly label?: string;
}

export const FORMAT = 'hire-sync plan 2';
const ALL = [
  'create',
  'adopt',
  'update',
  'record',
  'drifted',
  'unchanged',
  'skipped',
  'forgotten',
  'held',
  'in-doubt',
  'rejected',
] as const satisfies readonly Change['kind'][];

/**
 * A plan as text, line by line: the header, the rows in plan order, child rows without a parent, missing records, and a
 * last line with the hex SHA-256 of all bytes before it. Holds candidate text and no secret.
 */
export function* planLines(
  header: Omit<PlanHeader, 'format'>,
  store: PlanStore,
  entryStateOf: (key: string) => string | null,
): Generator<string> {
  const hash = createHash('sha256');
  const line = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  yield line({ format: FORMAT, ...header });
  for (const { seq, change, original } of eachChange(store, ALL)) {
    const label = store.labels.of(seq);
    const writes = isWritten(change) ? { entry: entryStateOf(change.key) } : {};
    const mayBeRejected = ['create', 'update', 'held', 'rejected'].includes(change.kind);
    const besides = {
      ...(mayBeRejected && original !== null && { original }),
      ...(label !== undefined && { label }),
    };
    yield line({ change, ...writes, ...besides });
  }
  for (const orphan of eachOrphan(store)) yield line({ orphan });
  for (const missing of eachMissing(store)) yield line({ missing });
  yield `${JSON.stringify({ sha256: hash.digest('hex') })}\n`;
}

/** Whether a change of this kind touches Feishu or the ledger. */
export function isWritten(
  change: Change,
): change is Extract<Change, { kind: 'create' | 'adopt' | 'update' | 'record' }> {
  return ['create', 'adopt', 'update', 'record'].includes(change.kind);
}

/** A plan file whose seal holds. */
export interface SavedPlan {
  /** Hex SHA-256 of its content: a plan is carried out once. */
  readonly id: string;
  readonly header: PlanHeader;
  /**
   * Fills an empty store with its rows; `onWritten` is told of each that is to be written, with its place in the store.
   * Of records that were forgotten since nothing but their place is taken.
   * @throws HireSyncError PLAN_STALE when the file is another one by now, or holds what no plan for `target` could hold
   */
  load(
    store: PlanStore,
    target: Pick<Target, 'schema' | 'shape'>,
    onWritten: OnWritten,
    isForgotten: (key: string) => boolean,
  ): Promise<void>;
}

type OnWritten = (planned: Omit<PlannedChange, 'original'>, entry: string | null) => void;

/**
 * Opens a plan file and checks that nobody changed it.
 * @throws HireSyncError CONFIG_INVALID when there is none, PLAN_STALE when it is no plan, cut off or edited
 */
export async function openSavedPlan(file: string, stopping?: AbortSignal): Promise<SavedPlan> {
  let header: PlanHeader | undefined;
  const id = await readSealed({ file, stopping }, (line) => {
    header ??= parsed<PlanHeader>(line);
    if (header?.format !== FORMAT) throw noPlan(file);
  });
  if (header === undefined) throw noPlan(file);
  return { id, header, load: (...into) => load({ file, stopping }, id, ...into) };
}

/**
 * Reads the lines before the seal. Returns their hex SHA-256.
 * @throws HireSyncError PLAN_STALE when the seal is not theirs
 */
async function readSealed(plan: PlanFile, onLine: (line: string) => void): Promise<string> {
  const { file } = plan;
  const hash = createHash('sha256');
  let held: string | undefined;
  for await (const line of rawLines(plan)) {
    if (held !== undefined) {
      hash.update(held).update('\n');
      onLine(held);
    }
    held = line;
  }
  const id = hash.digest('hex');
  // A file of one line, or of none.
  if (id === EMPTY) onLine(held ?? '');
  if (parsed<{ sha256: string }>(held)?.sha256 !== id)
    throw stale(file, {
      zh: '它制作之后被修改或截断',
      en: 'it was edited, or cut off, after it was made',
    });
  return id;
}

interface PlanFile {
  readonly file: string;
  /** Ends the reading by its reason. */
  readonly stopping: AbortSignal | undefined;
}

const EMPTY = createHash('sha256').digest('hex');
const BATCH = 500;
/** Rows that are named when they are wrong. */
const SHOWN = 10;

async function load(
  plan: PlanFile,
  id: string,
  ...[store, target, onWritten, isForgotten]: Parameters<SavedPlan['load']>
): Promise<void> {
  const { file } = plan;
  const wrong: string[] = [];
  let batch: Line[] = [];
  let seq = 0;
  const flush = (): void => {
    for (const { change } of batch) {
      const what = wrong.length < SHOWN ? unsound(change, target) : null;
      if (what !== null) wrong.push(`it was edited after it was made: ${what}`);
    }
    // The rest is read only to name what else is wrong.
    if (wrong.length > 0) {
      batch = [];
      return;
    }
    store.batch(() => {
      for (const { change, original, label } of batch) {
        const place = store.add(change, original ?? null, '');
        if (label !== undefined) store.labels.note(place, label);
      }
    });
    for (const { change, entry } of batch) {
      seq++;
      if (isWritten(change)) onWritten({ seq, change }, entry ?? null);
    }
    batch = [];
  };
  const again = await readSealed(plan, (line) => {
    const row = parsed<Partial<Line> & { orphan?: Orphan; missing?: Missing }>(line);
    if (row?.change !== undefined)
      batch.push(isOf(row.change, isForgotten) ? forgottenLine(row.change) : (row as Line));
    if (row?.orphan !== undefined) store.addOrphan({ ...row.orphan, zh: row.orphan.zh ?? null });
    if (row?.missing !== undefined && !isForgotten(row.missing.key)) store.addMissing([row.missing]);
    if (batch.length === BATCH) flush();
  });
  flush();
  if (again !== id)
    throw stale(file, { zh: '期间它被另一个计划替换', en: 'it was replaced by another plan meanwhile' });
  if (wrong.length > 0) throw stale(file, ...wrong);
}

/** Whether a row is of one of these records. */
export const isOf = ({ key }: Change, isWanted: (key: string) => boolean): boolean =>
  key !== null && isWanted(key);

/** What is left of a row whose record was forgotten. */
export function forgottenLine({ origin }: Change): Line {
  return { change: { kind: 'forgotten', key: null, origin } };
}

function noPlan(file: string): HireSyncError {
  return stale(file, {
    zh: '它不是这个版本的 hire-sync 制作的计划',
    en: 'it is not a plan of this version of hire-sync: make it with `hire-sync plan --out FILE`',
  });
}

/** Lines as they lie in the file, without their line feeds; text after the last one is a line, too. */
export async function* rawLines({ file, stopping }: PlanFile): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  try {
    const { handle } = await openRegular(file);
    // Closed with the stream.
    for await (const chunk of handle.createReadStream() as AsyncIterable<Buffer>) {
      stopping?.throwIfAborted();
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8');
        rest = [];
        from = end + 1;
      }
      if (from < chunk.length) rest.push(chunk.subarray(from));
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (HireSyncError.is(error) || (code === undefined && !(error instanceof NoRegularFile))) throw error;
    const why =
      error instanceof NoRegularFile
        ? `it ${error.message}`
        : code === 'ENOENT'
          ? 'there is no such file'
          : `it cannot be read (${code})`;
    throw new HireSyncError('CONFIG_INVALID', `The plan ${file}: ${why}.`);
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}

function parsed<T>(line: string | undefined): T | undefined {
  try {
    return JSON.parse(line ?? '') as T;
  } catch {
    return undefined;
  }
}

/** What moved since a plan was made; in English alone where it is for a technician. */
type Moved = string | { readonly zh: string; readonly en: string };

/** A plan that may not be carried out. Nothing was sent. */
export function stale(file: string, ...moved: readonly Moved[]): HireSyncError {
  const listed = (all: readonly string[]) => {
    return all.length === 1 ? all[0] : `\n${all.map((one) => `  - ${one}`).join('\n')}\n`;
  };
  const what = listed(moved.map((one) => (typeof one === 'string' ? one : one.en)));
  const dot = moved.length === 1 ? '. ' : '';
  const en = `The plan ${file} is not carried out:${dot === '' ? '' : ' '}${what}${dot}Nothing was sent. Make a new one: hire-sync plan <pipeline> --out FILE.`;
  const chinese = moved.flatMap((one) => (typeof one === 'string' ? [] : [one.zh]));
  if (chinese.length < moved.length) return new HireSyncError('PLAN_STALE', en);
  const zh = `计划 ${file} 没有执行：${listed(chinese)}${dot === '' ? '' : '。'}没有发出任何请求。请用 \`hire-sync plan\` 和 --out FILE 重新制作。`;
  return new HireSyncError('PLAN_STALE', { zh, en });
}
