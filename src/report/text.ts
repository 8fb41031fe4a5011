import stringWidth from 'string-width';
import type { Change, ChangeKind, Problem } from '../model.ts';
import { eachMissing, eachOrphan, first } from '../plan/pages.ts';
import { eachChange, type PlanStore } from '../plan/plan-store.ts';
import type { Shape } from '../plan/shape.ts';
import type { Report } from './report.ts';
import { shapeAt, showValue } from './values.ts';

/** A report as text, line by line: the itemised list by kind, then the numbers. Pure; the caller prints it. */
export function* textReport(
  report: Report,
  store: PlanStore,
  options: { shape: Shape; limit: number },
): Generator<string> {
  yield* itemised(store, options);
  yield '';
  yield* totals(report);
}

const SIGNS: Readonly<Record<ChangeKind, string>> = {
  create: '+ create',
  adopt: '= adopt',
  record: '= record',
  drifted: '. drift',
  update: '~ update',
  skipped: '- skip',
  held: '? hold',
  'in-doubt': '? doubt',
  rejected: '! reject',
  unchanged: '= same',
};

/** The order in a list: what would be overwritten first, then what needs a person, then the rest. */
const LISTED: readonly ChangeKind[] = [
  'update',
  'drifted',
  'rejected',
  'held',
  'in-doubt',
  'record',
  'adopt',
  'create',
  'skipped',
];

/** The changes, grouped by kind, one line per record and one per changed field; at most `limit` of a kind (0 = all). */
export function* itemised(
  store: PlanStore,
  { shape, limit }: { shape: Shape; limit: number },
): Generator<string> {
  for (const kind of LISTED) {
    let shown = 0;
    for (const { change } of eachChange(store, [kind])) {
      if (limit > 0 && shown === limit) break;
      shown++;
      yield* changeLines(change, shape);
    }
    const rest = store.count(kind) - shown;
    if (rest > 0) yield `  … and ${rest} more to ${SIGNS[kind].slice(2)} (--limit 0 lists all)`;
  }
  let missing = 0;
  for (const { key, remoteId } of first(limit, eachMissing(store))) {
    missing++;
    yield `  . missing  ${pad(oneLine(key), 16)} in the ledger${remoteId === null ? '' : ` as ${remoteId}`}, no longer in the source; left as it is`;
  }
  let orphans = 0;
  for (const { file, line, message } of first(limit, eachOrphan(store))) {
    orphans++;
    yield `  ! orphan   ${file}:${line}  ${oneLine(message)}`;
  }
  if (limit > 0 && orphans === limit && !eachOrphan(store).drop(limit).next().done)
    yield '  … and more orphans (--limit 0 lists all)';
  const rest = store.countMissing() - missing;
  if (rest > 0) yield `  … and ${rest} more missing (--limit 0 lists all)`;
}

function* changeLines(change: Change, shape: Shape): Generator<string> {
  const place = `${change.origin.file}:${change.origin.line}`;
  const head = `  ${pad(SIGNS[change.kind], 10)} ${pad(oneLine(change.key ?? '(no key)'), 16)} ${place}`;
  switch (change.kind) {
    case 'skipped':
    case 'held':
    case 'in-doubt':
      yield `${head}  ${oneLine(change.why)}`;
      return;
    case 'update':
      yield head;
      for (const { path, before, after } of change.fields) {
        const inner = shapeAt(shape, path);
        yield `      ${path}: ${showValue(inner, before)} → ${showValue(inner, after)}`;
      }
      return;
    case 'rejected':
      yield head;
      for (const problem of change.problems) yield `      ${problemLine(problem)}`;
      return;
    case 'drifted':
      yield head;
      for (const { path, before, after } of change.drift.fields) {
        const inner = shapeAt(shape, path);
        yield `      ${path}: ${showValue(inner, before)} → ${showValue(inner, after)} (in Feishu)`;
      }
      return;
    case 'create':
    case 'adopt':
    case 'record':
    case 'unchanged':
      yield head;
  }
}

/** One problem with its place, column, value and what is allowed. */
export function problemLine(problem: Pick<Problem, 'field' | 'message' | 'origin'>): string {
  const place = problem.origin === undefined ? '' : `${problem.origin.file}:${problem.origin.line} `;
  const field = problem.field === '' ? '' : `${problem.field}: `;
  return oneLine(`${place}${field}${problem.message}`);
}

function* totals(report: Report): Generator<string> {
  const { rows, mode } = report;
  const to = mode === 'plan' ? 'to ' : '';
  const parts = [
    `${rows.created} ${to}create${mode === 'plan' ? '' : 'd'}`,
    `${rows.updated} ${to}update${mode === 'plan' ? '' : 'd'}`,
    `${rows.unchanged} unchanged${noted(report)}`,
    `${rows.skipped} skipped`,
    `${rows.rejected} rejected`,
    `${rows.held - report.notAttempted} held`,
    ...(report.notAttempted > 0 ? [`${report.notAttempted} not begun`] : []),
    ...(mode === 'plan' && rows.inDoubt === 0 ? [] : [`${rows.failed} failed`, `${rows.inDoubt} in doubt`]),
  ];
  yield `${mode === 'plan' ? 'Plan' : 'Sync'}: ${parts.join(', ')} = ${rows.read} rows read. ${report.missing} missing in the source.`;
  yield* byFile(report);
  yield* fileNotes(report.files);
  if (report.orphans > 0) {
    const files = report.files
      .filter(({ orphaned }) => orphaned > 0)
      .map(({ file, orphaned }) => `${orphaned} in ${file}`);
    yield `Child rows without a parent: ${files.join(', ')} (not imported).`;
  }
  yield* recovered(report);
  if (report.cost !== null) {
    const { requests, ratePerSecond, expectedMs } = report.cost;
    yield `Cost: ${requests} write requests, about ${duration(expectedMs)} at ${ratePerSecond} requests/s.`;
  } else {
    for (const [endpoint, { sent, retried, limited }] of Object.entries(report.requests)) {
      yield `Requests: ${endpoint} ${sent} sent, ${retried} of them retries, ${limited} limited.`;
    }
    const busiest = report.maxWritesPer1000ms;
    const written = report.rows.created + report.rows.updated;
    const pace =
      busiest + written === 0
        ? 'Nothing was written.'
        : `At most ${busiest} writes started within any second.`;
    yield `${pace} Took ${duration(report.durationMs)}.`;
  }
  yield* canary(report);
  if (report.notAttempted > 0) yield 'Rows that were not begun are taken up by the next run.';
}

function* canary({ canary: result }: Report): Generator<string> {
  if (result === null) return;
  const { rows, equal } = result;
  for (const { key, is, fields } of rows)
    yield `  ${pad(is, 10)} ${oneLine(key)}${fields.length > 0 ? `  ${fields.join(', ')}` : ''}`;
  yield `Canary: ${rows.length} changes written and read back, ${equal} of them equal to what was sent.`;
}

function noted({ noted: { adopted, recorded, drifted } }: Report): string {
  const parts = [
    ...(adopted > 0 ? [`${adopted} in Feishu already`] : []),
    ...(recorded > 0 ? [`${recorded} recorded`] : []),
    ...(drifted > 0 ? [`${drifted} changed in Feishu`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** The rows of each file, where they come from more than one. */
function* byFile({ byFile: files }: Report): Generator<string> {
  if (files.length < 2) return;
  for (const { file, retried, rows } of files) {
    const { read, ...kinds } = rows;
    const parts = Object.entries(kinds).filter(([, n]) => n > 0);
    const names = parts.map(([name, n]) => `${n} ${name === 'inDoubt' ? 'in doubt' : name}`);
    const waited = retried > 0 ? `, ${retried} of them from earlier nights` : '';
    yield `  of ${file}: ${names.join(', ')} = ${read} rows${waited}.`;
  }
}

/** What is worth knowing of how a file was read: what was found out, left out or changed. */
export function* fileNotes(files: Report['files']): Generator<string> {
  for (const { file, encoding, delimiter, rows, blank, ignored, normalised, marks } of files) {
    const odd = delimiter !== null && delimiter !== ',';
    if (encoding === 'utf-8' && !odd && blank + ignored + normalised + marks === 0) continue;
    const notes = [
      `${rows} rows`,
      ...(blank > 0 ? [`${blank} blank lines left out`] : []),
      ...(ignored > 0 ? [`${ignored} total rows left out`] : []),
      ...(normalised > 0 ? [`${normalised} cells normalised`] : []),
      ...(marks > 0 ? [`${marks} byte order marks (U+FEFF) inside the data, kept as they are`] : []),
    ];
    yield `Read ${file} as ${encoding}${odd ? `, separated by ${JSON.stringify(delimiter)}` : ''}: ${notes.join(', ')}.`;
  }
}

function* recovered({ recovered: settled }: Report): Generator<string> {
  if (settled === null) return;
  const parts = Object.entries(settled).filter(([, n]) => n > 0);
  if (parts.length === 0) return;
  yield `Left in doubt by earlier runs: ${parts.map(([fate, n]) => `${n} ${FATES[fate]}`).join(', ')}.`;
}

const FATES: Readonly<Record<string, string>> = {
  adopted: 'found in Feishu and adopted',
  created: 'created by the same request again',
  held: 'held',
  open: 'still in doubt',
};

/** `95 s`, `12 min`, `28 h 10 min` */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Pads by the columns a terminal gives the text: a Chinese character takes two. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

/** Control characters of the data must not move the cursor or break the line. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
