import type { Origin, Problem } from '../model.ts';
import { eachOrphan, first } from '../plan/pages.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { Validation } from '../result/validation.ts';
import { oneLine } from './columns.ts';
import { eyeText } from './eyes.ts';
import type { RenderOptions } from './options.ts';
import { reasonText } from './reason-words.ts';
import { problemLine } from './text.ts';
import { absentNotes, fileNotes } from './totals.ts';
import { verdictLines } from './verdict-table.ts';

/** One kind of problem, and how many rows have it. */
export interface ProblemSum {
  readonly code: string;
  /** Source column or payload path, without list places. */
  readonly field: string;
  readonly message: string;
  readonly rows: number;
  /** The first row that has it. */
  readonly first: Origin;
}

// A million rows may have a million different bad values; what is beyond is counted together.
const MAX_KINDS = 10_000;
const OTHER = 'other problems, each of its own';

/** The problems of all rejected rows, the most frequent first. */
export function sumProblems(store: PlanStore): readonly ProblemSum[] {
  const sums = new Map<string, ProblemSum>();
  for (const { change } of eachChange(store, ['rejected'])) {
    if (change.kind !== 'rejected') continue;
    for (const kind of new Map(change.problems.map((problem) => [keyOf(problem), problem])).values()) {
      const key = sums.has(keyOf(kind)) || sums.size < MAX_KINDS ? keyOf(kind) : OTHER;
      const known = sums.get(key);
      const { code, message } = key === OTHER ? { code: 'OTHER', message: OTHER } : kind;
      const field = key === OTHER ? '' : fieldOf(kind);
      sums.set(key, {
        code,
        field,
        message,
        rows: (known?.rows ?? 0) + 1,
        first: known?.first ?? change.origin,
      });
    }
  }
  return [...sums.values()].sort((a, b) => b.rows - a.rows);
}

/** The validation as text: the sums, then the rows, then the numbers. At most `limit` of each (0 = all). */
export function* validationText(
  result: Validation,
  store: PlanStore,
  { shape, limit }: Pick<RenderOptions, 'shape' | 'limit'>,
): Generator<string> {
  yield* verdictLines(result.verdicts, shape, 'en');
  for (const { message } of result.refused) yield `Refused: ${oneLine(message)}`;
  if (result.refused.length > 0) yield '';
  const sums = sumProblems(store);
  const shown = limit > 0 ? sums.slice(0, limit) : sums;
  for (const { rows, field, message } of shown) {
    yield `${String(rows).padStart(7)} ${rows === 1 ? 'row: ' : 'rows:'} ${problemLine({ field, message })}`;
  }
  if (sums.length > shown.length) yield `        … and ${sums.length - shown.length} other problems`;
  if (sums.length > 0) yield '';
  yield* rejectedRows(store, limit);
  yield* fileNotes(result.files);
  yield* absentNotes(result.absent);
  for (const eye of result.eyes) yield oneLine(eyeText(eye, 'en'));
  const { rows, orphans } = result;
  for (const { message } of result.complaints) yield `A sync would stop: ${message}.`;
  if (orphans > 0) yield `${orphans} child rows have no parent.`;
  if (rows.unchecked > 0) {
    yield `${rows.unchecked} rows, of all files, were read and not mapped: the refused file comes first.`;
  } else if (result.refused.some(({ line, offset }) => line !== null || offset !== null))
    yield 'The rows behind the place are unknown.';
  yield `${rows.valid} valid, ${rows.skipped} skipped, ${rows.rejected} rejected, ${rows.held} held${rows.unchecked > 0 ? `, ${rows.unchecked} not mapped` : ''} = ${rows.read} rows read.`;
}

function* rejectedRows(store: PlanStore, limit: number): Generator<string> {
  let shown = 0;
  let held = 0;
  for (const { change } of eachChange(store, ['rejected'])) {
    if (change.kind !== 'rejected') continue;
    if (limit > 0 && shown === limit) {
      yield `  … and ${store.count('rejected') - shown} more rows (--limit 0 lists all)`;
      break;
    }
    shown++;
    for (const problem of change.problems) {
      const place = problem.origin === undefined ? `${change.origin.file}:${change.origin.line} ` : '';
      yield `  ${place}${problemLine(problem)}`;
    }
  }
  for (const { change } of eachChange(store, ['held'])) {
    if (change.kind !== 'held') continue;
    if (limit > 0 && ++held > limit) {
      yield `  … and ${store.count('held') - limit} more held (--limit 0 lists all)`;
      break;
    }
    yield `  ${change.origin.file}:${change.origin.line} ${problemLine({ field: 'held', message: reasonText(change.reason, { language: 'en', redact: false }) })}`;
  }
  for (const { file, line, message } of first(limit, eachOrphan(store))) {
    yield `  ${file}:${line} ${problemLine({ field: 'orphan', message })}`;
  }
  if (shown > 0) yield '';
}

function keyOf(problem: Problem): string {
  return `${problem.code} ${fieldOf(problem)} ${problem.message}`;
}

function fieldOf({ field }: Problem): string {
  return field.replaceAll(/\[\d+\]/g, '');
}
