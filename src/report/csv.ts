import type { Change, FieldChange } from '../model.ts';
import { labelOf, shapeAt } from '../plan/labels.ts';
import { eachMissing, eachOrphan } from '../plan/pages.ts';
import { eachChange, type PlannedChange } from '../plan/plan-store.ts';
import { csvLine } from '../readers/csv-line.ts';
import type { ReasonCode } from '../reason.ts';
import type { Report } from '../result/report.ts';
import type { Changes, RenderOptions } from './options.ts';
import { decisionWords, reasonText } from './reason-words.ts';
import { decisionOn, fateOf, fateText, isConflict, problemText } from './reasons.ts';
import { LISTED } from './text.ts';
import { leavesOf, payloadLeaves, wholeValue } from './values.ts';
import { KIND_WORDS } from './words.ts';

/** What a CSV report follows. */
export type CsvOptions = Pick<RenderOptions, 'shape' | 'language' | 'redact'>;

/** The header: names for programs, in both languages the same. */
export const CSV_COLUMNS = [
  'kind',
  'key',
  'file',
  'line',
  'feishu_id',
  'path',
  'field',
  'before',
  'after',
  'note',
  'outcome',
  'pipeline',
  'reason',
  'decisions',
  'decision',
] as const;

/** The cells of one line besides those that all lines of a change share. */
interface Cells {
  readonly path?: string;
  readonly field?: string;
  readonly before?: string;
  readonly after?: string;
  readonly note?: string;
  /** In the one line of a record that says why it is not simply written. */
  readonly reason?: ReasonCode;
}

/**
 * A report as CSV in pieces: UTF-8 with BOM, CRLF, cells guarded against formulas as in the reject file. One line
 * per changed field (an added assessment is as many as it has values), one per problem of a rejected row, one per
 * field that was edited in Feishu; unchanged rows have none. `reason` is why a row is held, in doubt or skipped, and
 * `decisions` what a person may write into `decision`, which `hire-sync resolve PIPELINE --from FILE` carries out.
 */
export function* csvReport(report: Report, store: Changes, options: CsvOptions): Generator<string> {
  yield `\uFEFF${csvLine(CSV_COLUMNS)}`;
  for (const kind of LISTED) {
    for (const planned of eachChange(store, [kind])) {
      const fate = fateOf(planned, store.outcomes, report.mode);
      const outcome = fate === null ? '' : fateText(fate, options.language);
      const id = fate?.remoteId ?? ('remoteId' in planned.change ? planned.change.remoteId : '');
      for (const cells of linesOf(planned, options))
        yield record(planned.change, { id, outcome, pipeline: report.pipeline }, cells, options);
    }
  }
  const zh = options.language === 'zh';
  for (const { key, remoteId } of eachMissing(store)) {
    const note = zh ? '源中已没有，保持原样' : 'no longer in the source, left as it is';
    yield csvLine([
      zh ? '缺失' : 'missing',
      key,
      '',
      '',
      remoteId ?? '',
      '',
      '',
      '',
      '',
      note,
      '',
      '',
      '',
      '',
      '',
    ]);
  }
  for (const { file, line, message } of eachOrphan(store)) {
    yield csvLine([
      zh ? '孤行' : 'orphan',
      '',
      file,
      String(line),
      '',
      '',
      '',
      '',
      '',
      message,
      '',
      '',
      '',
      '',
      '',
    ]);
  }
}

function record(
  change: Change,
  { id, outcome, pipeline }: { readonly id: string; readonly outcome: string; readonly pipeline: string },
  cells: Cells,
  { language }: CsvOptions,
): string {
  const { path = '', field = '', before = '', after = '', note = '', reason } = cells;
  const { file, line } = change.origin;
  const kind = KIND_WORDS[change.kind][language];
  const key = change.key ?? (language === 'zh' ? '（无主键）' : '(no key)');
  const open = reason === undefined ? ['', ''] : [reason, decisionWords(reason)];
  return csvLine([
    ...[kind, key, file, String(line), id, path, field, before, after, note, outcome],
    ...[pipeline, ...open, ''],
  ]);
}

function* linesOf({ change }: PlannedChange, options: CsvOptions): Generator<Cells> {
  const { language } = options;
  switch (change.kind) {
    case 'create': {
      const gone = change.recreates;
      const note =
        gone === undefined ? {} : { note: language === 'zh' ? `代替 ${gone}` : `in place of ${gone}` };
      for (const leaf of payloadLeaves(options.shape, change.payload.json))
        yield { ...fieldCells(leaf, options), ...note };
      break;
    }
    case 'update':
      for (const field of change.fields)
        for (const leaf of leavesOf(options.shape, field)) yield fieldCells(leaf, options);
      break;
    case 'adopt':
    case 'record':
    case 'unchanged':
      yield {};
      break;
    case 'drifted':
      break;
    case 'skipped':
    case 'held':
    case 'in-doubt':
      yield { note: reasonText(change.reason, options), reason: change.reason.code };
      break;
    case 'rejected':
      for (const problem of change.problems) {
        const { origin, field } = problem;
        const place = origin === undefined ? '' : `${origin.file}:${origin.line} `;
        yield { field: `${place}${field}`, note: problemText(problem, options) };
      }
  }
  if ('drift' in change && change.drift !== undefined) {
    const { drift } = change;
    const decision = decisionOn(change);
    const says =
      language === 'zh' ? ['飞书中已改', '与源冲突'] : ['edited in Feishu', 'conflicts with the source'];
    for (const field of drift.fields) {
      const notes = [
        says[0],
        ...(isConflict(drift, field.path) ? [says[1]] : []),
        ...(decision === null ? [] : [decision[language]]),
      ];
      for (const leaf of leavesOf(options.shape, field))
        yield { ...fieldCells(leaf, options), note: notes.join('; ') };
    }
  }
}

function fieldCells({ path, before, after }: FieldChange, options: CsvOptions): Cells {
  const inner = shapeAt(options.shape, path);
  return {
    path,
    field: labelOf(options.shape, path, options.language),
    before: wholeValue(inner, before, options),
    after: wholeValue(inner, after, options),
  };
}
