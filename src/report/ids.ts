import { stringify } from 'csv-stringify/sync';
import { inPages } from '../in-pages.ts';
import type { IdRow, Upkeep } from '../ledger/upkeep.ts';
import { reasonText } from './reason-words.ts';

const PAGE = 1000;
/** The columns of the map, and the names in its JSON. */
export const ID_COLUMNS = [
  'pipeline',
  'key',
  'target',
  'external_id',
  'remote_id',
  'state',
  'held_why',
  'first_attempt_at',
  'last_attempt_at',
  'settled_at',
  'held_code',
] as const;

/** A line of the map: of a held record its code, and the sentence. */
function lineOf({
  held,
  ...row
}: IdRow): Readonly<Record<(typeof ID_COLUMNS)[number], string | number | null>> {
  const why = held === null ? null : reasonText(held, { language: 'en', redact: false });
  return { ...row, held_why: why, held_code: held?.code ?? null };
}

/** The id map as CSV in pieces: UTF-8 with BOM, times in epoch ms, ids as text. */
export function* idCsv(upkeep: Pick<Upkeep, 'ids'>): Generator<string> {
  yield `\uFEFF${stringify([ID_COLUMNS], { record_delimiter: '\r\n' })}`;
  for (const rows of pages(upkeep)) {
    const cells = rows.map((row) => ID_COLUMNS.map((name) => lineOf(row)[name]));
    yield stringify(cells, { record_delimiter: '\r\n', escape_formulas: true });
  }
}

/** The id map as one JSON object per line. */
export function* idJsonl(upkeep: Pick<Upkeep, 'ids'>): Generator<string> {
  for (const rows of pages(upkeep)) yield rows.map((row) => `${JSON.stringify(lineOf(row))}\n`).join('');
}

function pages(upkeep: Pick<Upkeep, 'ids'>): Generator<readonly IdRow[]> {
  const first = { pipeline: '', key: '' };
  return inPages(
    first,
    PAGE,
    (after) => upkeep.ids(after, PAGE),
    (row): typeof first => row,
  );
}
