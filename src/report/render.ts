import type { Report } from '../result/report.ts';
import { csvReport } from './csv.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import type { Changes, RenderOptions } from './options.ts';
import { textReport } from './text.ts';

/** The formats of a report, by the endings of their files. */
export const FORMATS = ['text', 'json', 'csv', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** The format that a file's ending names; undefined for any other. */
export function formatOf(file: string): Format | undefined {
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  return ({ txt: 'text', json: 'json', csv: 'csv', html: 'html' } as const)[ending];
}

/** A report in one format, in pieces. Pure: the same run, store and options give the same bytes. */
export function render(
  format: Format,
  report: Report,
  store: Changes,
  options: RenderOptions,
): Iterable<string> {
  switch (format) {
    case 'text':
      return ended(textReport(report, store, options));
    case 'json':
      return jsonReport(report, store, options);
    case 'csv':
      return csvReport(report, store, options);
    case 'html':
      return htmlReport(report, store, options);
  }
}

function* ended(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}
