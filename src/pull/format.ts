import type { RemoteObject } from '../feishu/endpoints.ts';
import { csvLine } from '../readers/csv-line.ts';
import { columnsOf, type Level, rowsOf } from './flatten.ts';

/** How objects are written. */
export interface Format {
  readonly name: 'jsonl' | 'csv';
  /** What the file begins with. */
  readonly head: string;
  /** All objects of one application as text. */
  readonly text: (application: string, objects: readonly RemoteObject[]) => string;
}

/** The application that an object was found under; Feishu itself has no field that begins with an underscore. */
const APPLICATION = '_application';

/** One JSON object per line, as Feishu sent it. Whole numbers beyond 2^53 are text. */
export const JSONL: Format = {
  name: 'jsonl',
  head: '',
  text: (application, objects) =>
    objects.map((object) => `${JSON.stringify({ [APPLICATION]: application, ...object })}\n`).join(''),
};

/** UTF-8 with BOM, CRLF; the rules are those of `rowsOf`, cells that a spreadsheet would run get an apostrophe. */
export function csvFormat(level: Level): Format {
  return {
    name: 'csv',
    head: `\uFEFF${csvLine([APPLICATION, ...columnsOf(level)])}`,
    text: (application, objects) =>
      objects
        .flatMap((object) => rowsOf(level, object))
        .map((cells) => csvLine([application, ...cells]))
        .join(''),
  };
}
