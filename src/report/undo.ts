import { eachFinding, type Finding, type Findings } from '../plan/findings.ts';
import { shapeAt } from '../plan/labels.ts';
import type { Shape } from '../plan/shape.ts';
import { UNDO_DONE, UNDO_PLANNED, type UndoKind, type UndoReport } from '../result/undo.ts';
import { oneLine, pad } from './columns.ts';
import { jsonList, reasonOf } from './json.ts';
import { reasonText } from './reason-words.ts';
import { duration } from './units.ts';
import { showValue } from './values.ts';

const SIGNS: Readonly<Record<UndoKind, string>> = {
  restore: '~ restore',
  delete: '- delete',
  ledger: '= ledger',
  left: '? leave',
  restored: '~ restored',
  deleted: '- deleted',
  relinked: '= ledger',
  failed: '! failed',
  'in-doubt': '? doubt',
};

/** An undo speaks English, and its reasons hold nothing that somebody typed. */
const ENGLISH = { language: 'en', redact: false } as const;

/** What a person should look at first comes first. */
const LISTED: Readonly<Record<UndoReport['mode'], readonly UndoKind[]>> = {
  'undo-plan': ['left', 'restore', 'delete', 'ledger'],
  // What went as planned was listed by the plan.
  undo: ['left', 'failed', 'in-doubt'],
};

/** One line per record and one per field that is put back, at most `limit` of a kind (0 = all); then the numbers. */
export function* undoText(
  report: UndoReport,
  findings: Pick<Findings<UndoKind>, 'page' | 'count'>,
  { shape, limit }: { readonly shape: Shape; readonly limit: number },
): Generator<string> {
  let listed = false;
  for (const kind of LISTED[report.mode]) {
    let shown = 0;
    for (const finding of eachFinding(findings, [kind])) {
      if (limit > 0 && shown === limit) break;
      shown++;
      yield* findingLines(finding, shape);
    }
    const rest = findings.count(kind) - shown;
    if (rest > 0) yield `  … and ${rest} more to ${SIGNS[kind].slice(2)} (--limit 0 lists all)`;
    listed ||= shown + rest > 0;
  }
  if (listed) yield '';
  yield* totals(report);
}

function* findingLines(
  { kind, key, remoteId, reason, fields }: Finding<UndoKind>,
  shape: Shape,
): Generator<string> {
  const head = `  ${pad(SIGNS[kind], 10)} ${pad(oneLine(key ?? ''), 16)} ${remoteId ?? 'no Feishu id'}`;
  yield `${head}${reason === null ? '' : `  ${oneLine(reasonText(reason, ENGLISH))}`}`;
  const place = kind === 'left' ? ' (in Feishu)' : '';
  for (const { path, before, after } of fields) {
    const inner = shapeAt(shape, path);
    yield `      ${path}: ${showValue(inner, before, 'en')} → ${showValue(inner, after, 'en')}${place}`;
  }
}

function* totals({ mode, undoes, rows, cost, requests, ...report }: UndoReport): Generator<string> {
  if (rows.read === 0) {
    yield `Undo of run ${undoes}: there is nothing to take back.`;
    return;
  }
  const to = mode === 'undo-plan' ? 'to ' : '';
  const ed = mode === 'undo-plan' ? '' : 'd';
  const parts = [
    `${rows.restored} ${to}restore${ed}`,
    `${rows.deleted} ${to}delete${ed}`,
    `${rows.ledger} in the ledger only`,
    `${rows.left} left alone`,
    ...(mode === 'undo' ? [`${rows.failed} failed`, `${rows.inDoubt} in doubt`] : []),
    ...(rows.notBegun > 0 ? [`${rows.notBegun} not begun`] : []),
  ];
  yield `Undo of run ${undoes}: ${parts.join(', ')} = ${rows.read} records.`;
  if (cost !== null) {
    yield `Cost: ${cost.requests} write requests, about ${duration(cost.expectedMs)} at ${cost.ratePerSecond} requests/s.`;
    return;
  }
  for (const [endpoint, { sent, retried, limited }] of Object.entries(requests)) {
    yield `Requests: ${endpoint} ${sent} sent, ${retried} of them retries, ${limited} limited.`;
  }
  yield `At most ${report.maxWritesPer1000ms} writes started within any second. Took ${duration(report.durationMs)}.`;
  if (rows.failed + rows.inDoubt + rows.notBegun > 0)
    yield `\`hire-sync undo --run ${undoes}\` goes on with the rest.`;
}

/** The report as one JSON object, in pieces: `UndoReport`, then `changes`: `{ kind, key, id, reason?, why?, fields? }`. */
export function* undoJson(report: UndoReport, findings: Pick<Findings<UndoKind>, 'page'>): Generator<string> {
  const { stopped, ...rest } = report;
  yield JSON.stringify(stopped === null ? rest : { ...rest, stopped }).slice(0, -1);
  yield* jsonList('changes', rows(findings));
  yield '}\n';
}

function* rows(findings: Pick<Findings<UndoKind>, 'page'>): Generator<object> {
  for (const { kind, key, remoteId, reason, fields } of eachFinding(findings, [
    ...UNDO_PLANNED,
    ...UNDO_DONE,
  ])) {
    yield {
      kind,
      key,
      id: remoteId,
      ...(reason === null ? {} : reasonOf(reason, ENGLISH)),
      ...(fields.length === 0 ? {} : { fields: fields.map(({ path }) => path) }),
    };
  }
}
