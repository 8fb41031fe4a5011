import { resolve } from 'node:path';
import type { Problem, SourceRecord } from '../model.ts';
import { fateOf } from './cell-loss.ts';
import { csv } from './csv.ts';
import { type OriginalRow, openOriginals, splitRow } from './originals.ts';
import { columnOf } from './reject-columns.ts';
import { PARENT_TABLE } from './reject-tables.ts';
import type { Source } from './source.ts';
import { holdsEveryCharacter } from './text-file.ts';

// The whole file was read once already, record by record; a person's spreadsheet adds little.
const RECORD_LIMIT = 256 * 1024 * 1024;

export interface RejectFileOptions {
  /** Absolute path of the folder in which the runs' reject files lie. */
  readonly runs?: string | undefined;
  /** Name, in a run's folder, of what the file was before anybody corrected it. Default: that of `rejects.csv`. */
  readonly original?: string;
  /** Only the rows of these records: see `RejectMark.record`. */
  readonly records?: ReadonlySet<string> | undefined;
}

/**
 * The rows of a corrected reject file, as records of the source they came from: the columns that hire-sync added
 * (`REJECT_COLUMNS`, and no others) are left out, and the apostrophe that guards a formula is taken away. Encoding and
 * delimiter are found out: a Chinese Excel saves GBK. `Source.withRecords` puts the source's own options back on
 * (limits, `normalise`, `columns`). A record stands in the row that the spreadsheet shows, and `rejected` tells which row
 * of the export it is.
 *
 * Every cell is compared with what its run wrote (`rejects.original.csv` beside `rejects.csv`; `_run`, `_file` and `_line`
 * tell the row): what a spreadsheet did to it is undone, what a person typed is taken (`fateOf`). A row stays rejected,
 * by name,
 * - while `_unread` is not empty. It holds what the row's cells do not show: surplus cells, the names of missing ones,
 *   a stray quote, a text too long for a spreadsheet. Whoever has set the cells right empties it;
 * - where nobody can tell whether a cell was typed. The row keeps its own; `_typed` says that it was;
 * - where the run's file is not there, if the corrected one is in an encoding that cannot hold every character and a
 *   cell has a `?`: nobody can tell what stood there. Saved as "CSV UTF-8" it is taken as it is.
 * @param file absolute, or relative to the working directory
 */
export function rejectFile(
  file: string,
  { runs, original: name = PARENT_TABLE.original, records }: RejectFileOptions = {},
): Source<Readonly<Record<string, string>>> {
  const path = resolve(file);
  const source = csv(path, { fieldLimit: Number.MAX_SAFE_INTEGER, recordLimit: RECORD_LIMIT });
  return {
    ...source,
    kind: 'rejects',
    read: async function* (context) {
      const lossy = !(await holdsEveryCharacter(context.folder, path));
      const originals = openOriginals(runs, name, context);
      for await (const record of source.read(context)) {
        const row = splitRow(record.values);
        const original = await originals.find(row);
        const known = corrected(record, row, original, lossy);
        if (records === undefined || records.has(known.rejected?.record ?? '')) yield known;
      }
    },
  };
}

function corrected(
  { origin: at, row: sheetRow = at.line, ...record }: SourceRecord,
  { cells, ours }: OriginalRow,
  original: OriginalRow | undefined,
  lossy: boolean,
): SourceRecord {
  const values: Record<string, unknown> = { ...cells };
  const problems: Problem[] = (record.problems ?? []).map(withoutOurs);
  // Without the column nobody can have emptied it.
  const left = ours._unread ?? original?.ours._unread ?? '';
  if (left !== '') problems.push(stillUnread(left));
  const wrong = new Set(original?.ours._field?.split('\n'));
  const typed = new Set(ours._typed?.split(/[\n|,，、]/).map((name) => name.trim()));
  for (const [field, value] of Object.entries(cells)) {
    const before = original?.cells[field];
    if (typed.has(field)) continue;
    if (before !== undefined) {
      const fate = fateOf(before, value, { lossy, wasWrong: wrong.has(field) });
      if (fate.kind === 'typed') continue;
      // Neither this record nor the next reject file is to have what the spreadsheet made of it.
      values[field] = before;
      if (fate.kind === 'unclear')
        problems.push({ code: 'CELL_INVALID', field, value, message: `"${field}" ${fate.why}.` });
    } else if (lossy && value.includes('?')) problems.push(doubtful(field, value));
  }
  // Our own columns, too, come back as the spreadsheet left them.
  const { _file = '', _line, _row, _run, _record, _check = '' } = { ...ours, ...original?.ours };
  return {
    ...record,
    origin: { file: at.file, line: sheetRow },
    values,
    rejected: {
      origin: { file: _file, line: Number(_line ?? 0) || 0 },
      row: Number(_row ?? 0) || 0,
      // Rows of several nights may have been put into one file.
      record: _run && _record ? `${_run}:${_record}` : '',
      check: _check,
    },
    ...(problems.length === 0 ? {} : { problems }),
  };
}

/** A line of the reject file that is cut short may lack columns of ours as well. */
function withoutOurs(problem: Problem): Problem {
  const { absent, ...rest } = problem;
  if (absent === undefined) return problem;
  const names = absent.map(columnOf).flatMap((column) => ('name' in column ? [column.name] : []));
  return { ...rest, absent: names };
}

function stillUnread(unread: string): Problem {
  const message = `"_unread" is not empty: it holds what the cells of the row do not show. Put it where it belongs, then empty "_unread".`;
  const zh = '“_unread”不为空：其中是单元格没有显示的内容。请放回应在的地方，再清空“_unread”';
  return { code: 'CELL_INVALID', field: '_unread', value: unread, zh, message, unread };
}

function doubtful(field: string, value: string): Problem {
  const message = `"${field}" has a question mark, the file is in an encoding that writes one for each character it lacks, and what the run had rejected is not there for comparison. Look at the cell and save the file as "CSV UTF-8".`;
  const zh = `“${field}”中有问号：这个文件的编码会把缺少的字符写成问号，而原来的拒绝文件不在，无法比较。请核对这一格，并另存为“CSV UTF-8”`;
  return { code: 'CELL_INVALID', field, value, zh, message };
}
