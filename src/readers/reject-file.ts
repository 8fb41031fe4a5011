import { dirname, join, resolve } from 'node:path';
import { HireSyncError } from '../errors.ts';
import type { Problem, SourceRecord } from '../model.ts';
import { fateOf } from './cell-loss.ts';
import { csv } from './csv.ts';
import { type Original, type OriginalRow, openOriginals, splitRow } from './originals.ts';
import { checkOf, rowHash } from './reject-check.ts';
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
 * - where nobody can tell whether a cell was typed. The row keeps its own; `_typed` says that it was.
 *
 * Where the run's file is neither in its folder nor beside this one, nobody can tell for any cell of a row that is not
 * as it was: the whole file is refused.
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
      const originals = openOriginals({ runs, beside: dirname(path), name }, context);
      for await (const record of source.read(context)) {
        const row = splitRow(record.values);
        const original = await originals.find(row);
        const known = corrected(record, row, original, lossy);
        if (records !== undefined && !records.has(known.rejected?.record ?? '')) continue;
        // One that is cut short is rejected as it is.
        if (original === undefined && record.problems === undefined && !isTold(row))
          throw withoutOriginal(path, known.origin.line, { row, runs, name });
        yield known;
      }
    },
  };
}

/** Whether it can be told without the original which cells were typed: none, or all. */
function isTold({ cells, ours }: OriginalRow): boolean {
  const typed = typedIn(ours);
  return (
    rowHash(cells) === checkOf(ours._check ?? '')?.row || Object.keys(cells).every((cell) => typed.has(cell))
  );
}

const typedIn = ({ _typed }: OriginalRow['ours']): ReadonlySet<string> =>
  new Set(_typed?.split(/[\n|,，、]/).map((column) => column.trim()));

function withoutOriginal(
  file: string,
  line: number,
  {
    row: { calls, ours },
    runs,
    name,
  }: { readonly row: OriginalRow; readonly runs: string | undefined; readonly name: string },
): HireSyncError {
  const { _run = '' } = ours;
  const kept = runs === undefined || _run === '' ? '' : join(runs, _run);
  const [run, at, text] = (['_run', '_file', '_line'] as const).map(calls);
  return new HireSyncError('SOURCE_MISSING', {
    zh: `${file} 第 ${line} 行改过，但找不到这一行原来的样子，无法分辨哪些格是人改的、哪些是电子表格改的。请把运行${_run === '' ? '' : ` ${_run} `}的 ${name} 放在这个文件旁边${kept === '' ? '' : `（或 ${kept} 中）`}；如果它就在那里，请恢复这一行的“${run}”“${at}”“${text}”。找不到 ${name}，或这一行是新加的：请在导出中改正，正常同步。`,
    en: `${file}, row ${line} was changed, and what it was is not there for comparison: nobody can tell what a person typed from what a spreadsheet made. Put the ${name} of run ${_run || '(not named)'} beside this file${kept === '' ? '' : ` (or into ${kept})`}; if it is there, restore "${run}", "${at}" and "${text}" of the row. Without ${name}, and for a row that was added: correct the export, and run a normal sync.`,
  });
}

function corrected(
  { origin: at, row: sheetRow = at.line, ...record }: SourceRecord,
  { cells, ours, calls }: OriginalRow,
  original: Original | undefined,
  lossy: boolean,
): SourceRecord {
  const values: Record<string, unknown> = { ...cells };
  const problems: Problem[] = (record.problems ?? []).map(withoutOurs);
  // Without the column nobody can have emptied it.
  const left = ours._unread ?? original?.ours._unread ?? '';
  if (left !== '') problems.push(stillUnread(left, calls('_unread')));
  const wrong = new Set(original?.ours._field?.split('\n'));
  const typed = typedIn(ours);
  for (const [field, value] of Object.entries(cells)) {
    const before = original?.cells[field];
    if (typed.has(field) || before === undefined) continue;
    const fate = fateOf(before, value, { lossy, wasWrong: wrong.has(field), typed: calls('_typed') });
    if (fate.kind === 'typed') continue;
    // Neither this record nor the next reject file is to have what the spreadsheet made of it.
    values[field] = before;
    if (fate.kind === 'kept') continue;
    const { zh, en } = fate.why;
    problems.push({
      code: 'CELL_INVALID',
      field,
      value,
      zh: `“${field}”${zh}`,
      message: `"${field}" ${en}.`,
    });
  }
  // Our own columns, too, come back as the spreadsheet left them.
  const { _file = '', _line, _row, _run, _record, _check = '' } = { ...ours, ...original?.ours };
  return {
    ...record,
    origin: { file: at.file, line: sheetRow },
    values,
    ...(original === undefined
      ? {}
      : { before: { values: original.cells, correctedAt: { file: at.file, line: sheetRow } } }),
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

function stillUnread(unread: string, field: string): Problem {
  const message = `"${field}" is not empty: it holds what the cells of the row do not show. Put it where it belongs, then empty "${field}".`;
  const zh = `“${field}”不为空：其中是单元格没有显示的内容。请放回应在的地方，再清空“${field}”`;
  return { code: 'CELL_INVALID', field, value: unread, zh, message, unread };
}
