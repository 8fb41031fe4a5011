import { eachFinding, type Finding, type Findings } from '../plan/findings.ts';
import { labelOf, shapeAt } from '../plan/labels.ts';
import { csvLine } from '../readers/csv-line.ts';
import type { VerifyKind } from '../result/verify.ts';
import type { RenderOptions } from './options.ts';
import { reasonText } from './reason-words.ts';
import { leavesOf, wholeValue } from './values.ts';
import { VERIFY_LISTED, VERIFY_WORDS } from './verify-words.ts';

/** The header: names for programs, in both languages the same. */
export const VERIFY_CSV_COLUMNS = [
  'kind',
  'key',
  'feishu_id',
  'application',
  'path',
  'field',
  'last_applied',
  'in_feishu',
  'note',
] as const;

type Options = Pick<RenderOptions, 'shape' | 'language' | 'redact'>;

/**
 * A verify as CSV in pieces, as guarded as the other reports: one line per value that was changed in Feishu, one per
 * record or object of the other kinds; equal records have none.
 */
export function* verifyCsv(
  findings: Pick<Findings<VerifyKind>, 'page'>,
  options: Options,
): Generator<string> {
  yield `\uFEFF${csvLine(VERIFY_CSV_COLUMNS)}`;
  for (const kind of VERIFY_LISTED)
    for (const finding of eachFinding(findings, [kind])) yield* linesOf(finding, options);
}

function* linesOf(finding: Finding<VerifyKind>, options: Options): Generator<string> {
  const { shape, language } = options;
  const { kind, key, remoteId, application, reason, fields } = finding;
  const head = [VERIFY_WORDS[kind][language], key ?? '', remoteId ?? '', application];
  const note = reason === null ? '' : reasonText(reason, options);
  if (fields.length === 0) yield csvLine([...head, '', '', '', '', note]);
  for (const field of fields) {
    for (const { path, before, after } of leavesOf(shape, field)) {
      const inner = shapeAt(shape, path);
      const values = [wholeValue(inner, before, options), wholeValue(inner, after, options)];
      yield csvLine([...head, path, labelOf(shape, path, language), ...values, note]);
    }
  }
}
