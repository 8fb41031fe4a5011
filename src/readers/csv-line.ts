import { lazily } from '../lazily.ts';
import { guarded } from './reject-columns.ts';

const stringifier = lazily<typeof import('csv-stringify/sync')>('csv-stringify/sync');

/** One line of a CSV file, its cells as they are. */
export function csvRecord(cells: readonly string[]): string {
  // csv-stringify by itself quotes only the line end that is declared: a cell's bare LF would begin a new row.
  return stringifier().stringify([cells], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ });
}

/** One line of a CSV file that a spreadsheet may open: a cell that it would take for a formula gets an apostrophe. */
export function csvLine(cells: readonly string[]): string {
  return csvRecord(cells.map(guarded));
}
