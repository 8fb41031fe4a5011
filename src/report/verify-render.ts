import type { Findings } from '../plan/findings.ts';
import type { VerifyKind, VerifyReport } from '../result/verify.ts';
import type { RenderOptions } from './options.ts';
import type { Format } from './render.ts';
import { verifyJson, verifyText } from './verify.ts';
import { verifyCsv } from './verify-csv.ts';
import { verifyHtml } from './verify-html.ts';

/** A verify in one format, in pieces. Pure, and read in pages from the findings on disk. */
export function renderVerify(
  format: Format,
  report: VerifyReport,
  findings: Pick<Findings<VerifyKind>, 'page' | 'count'>,
  options: Omit<RenderOptions, 'dateField'>,
): Iterable<string> {
  switch (format) {
    case 'text':
      return verifyText(report, findings, options).map((line) => `${line}\n`);
    case 'json':
      return verifyJson(report, findings, options);
    case 'csv':
      return verifyCsv(findings, options);
    case 'html':
      return verifyHtml(report, findings, options);
  }
}
