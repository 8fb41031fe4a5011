import type { FieldChange } from '../model.ts';
import { labelOf, shapeAt } from '../plan/labels.ts';
import { csvLine } from '../readers/csv-line.ts';
import { editNotes, recreatesNote, writtenValues } from './entries.ts';
import { fateText } from './fates.ts';
import { KINDS, kindName, LISTED, ofTarget } from './kinds.ts';
import { approvalIn } from './made-notes.ts';
import { placedField, problemNote } from './problems.ts';
import { decisionWords, reasonText } from './reason-words.ts';
import { type Entry, type RenderOptions, type ReportModel, zoneOf } from './report-model.ts';
import { leavesOf, wholeValue } from './values.ts';
import { CSV_HEADS, EDITED, NO_KEY } from './words.ts';

type Head = keyof typeof CSV_HEADS;
type Cells = Partial<Record<Head, string>>;

/** The columns, in their order. */
export const CSV_COLUMNS = Object.keys(CSV_HEADS) as readonly Head[];

/**
 * A report as CSV in pieces: UTF-8 with BOM, CRLF, cells guarded against formulas as in the reject file. One line
 * per changed field (an added assessment is as many as it has values), one per problem of a rejected row, one per
 * field that was edited in Feishu; unchanged rows have none. `reason` is why a row is held, in doubt or skipped, and
 * `decisions` what a person may write into `decision`, which `hire-sync resolve PIPELINE --from FILE` carries out.
 */
export function* csvReport(model: ReportModel, options: RenderOptions): Generator<string> {
  const { language } = options;
  const zone = zoneOf(model);
  const signed = signedIn(model, zone);
  yield `\uFEFF${csvLine(CSV_COLUMNS.map((name) => CSV_HEADS[name][language]))}`;
  for (const kind of LISTED) {
    if (model.result.mode === 'validate' && kind === 'create') continue;
    for (const entry of model.entries([kind])) {
      const { key, label = '', origin, fate, remoteId, application = '' } = entry;
      const shared: Cells = {
        kind: kindName(kind, model.target)[language],
        key: key ?? (kind === 'unknown' || kind === 'orphan' ? '' : NO_KEY[language]),
        file: origin?.file ?? '',
        line: origin === undefined ? '' : String(origin.line),
        feishu_id: fate?.remoteId ?? remoteId ?? '',
        outcome: fate === undefined ? '' : fateText(fate, language),
        pipeline: model.result.pipeline,
        application,
        zone,
        label: options.redact ? '' : label,
        signed,
      };
      for (const cells of linesOf(entry, model, options)) {
        const line = { ...shared, ...cells };
        yield csvLine(CSV_COLUMNS.map((name) => line[name] ?? ''));
      }
    }
  }
}

/** `王芳 2026-11-21 09:32 sha256:6f3a…`: who signed the plan that was carried out. */
function signedIn({ result: { made } }: ReportModel, zone: string): string {
  if (made?.approved === undefined) return '';
  const { by, at } = approvalIn(made.approved, zone);
  return `${by} ${at} sha256:${made.plan}`;
}

function* linesOf(entry: Entry, model: ReportModel, options: RenderOptions): Generator<Cells> {
  const { language, redact } = options;
  const { target } = model;
  const zone = zoneOf(model);
  const { kind, recreates, reason, problems, edits } = entry;
  const field = ({ path, before, after }: FieldChange): Cells => {
    const show = (value: typeof before) =>
      wholeValue(shapeAt(target.shape, path), value, { language, redact, zone });
    return { path, field: labelOf(target.shape, path, language), before: show(before), after: show(after) };
  };
  const note = recreates === undefined ? {} : { note: recreatesNote(recreates)[language] };
  let told = false;
  for (const change of writtenValues(entry, target.shape)) {
    told = true;
    yield { ...field(change), ...note };
  }
  if (reason !== undefined) {
    told = true;
    const says = reasonText(reason, { language, redact, zone, shape: target.shape });
    yield { note: says, reason: reason.code, decisions: decisionWords(reason.code) };
  }
  for (const problem of problems ?? []) {
    told = true;
    yield { field: placedField(problem), note: problemNote(problem, redact)[language] };
  }
  for (const change of edits?.fields ?? []) {
    told = true;
    const notes = [EDITED[language], ...editNotes(edits, change.path, language)];
    for (const leaf of leavesOf(target.shape, change))
      yield { ...field(leaf), note: notes.join(language === 'zh' ? '；' : '; ') };
  }
  if (told) return;
  const { means } = KINDS[kind];
  yield {
    note: (entry.says ?? ofTarget(means, target))[language],
  };
}
