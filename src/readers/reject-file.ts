import { resolve } from 'node:path';
import type { Problem, SourceRecord } from '../model.ts';
import { lossOf } from './cell-loss.ts';
import { csv } from './csv.ts';
import { type OriginalRow, openOriginals, splitRow } from './originals.ts';
import { columnOf } from './reject-columns.ts';
import type { Source } from './source.ts';
import { holdsEveryCharacter } from './text-file.ts';

// The whole file was read once already, record by record; a person's spreadsheet adds little.
const RECORD_LIMIT = 256 * 1024 * 1024;

/**
 * The rows of a corrected `rejects.csv`, as records of the source they came from: the columns that hire-sync added
 * (`REJECT_COLUMNS`, and no others) are left out, and the apostrophe that guards a formula is taken away. Encoding and
 * delimiter are found out: a Chinese Excel saves GBK. `Source.withRecords` puts the source's own options back on
 * (limits, `normalise`, `columns`).
 *
 * A row stays rejected, by name,
 * - while `_unread` is not empty. It holds what the row's cells do not show: surplus cells, the names of missing ones,
 *   a stray quote, a text too long for a spreadsheet. Whoever has set the cells right empties it;
 * - where a cell has lost something that nobody meant to change, by comparison with what its run wrote
 *   (`rejects.original.csv` beside `rejects.csv`; `_run`, `_file` and `_line` tell the row): characters that GBK lacks
 *   (they became `?`), the end of a long text, leading zeros, digits beyond the fifteenth. Its own cell is restored;
 * - where the run's file is not there, if the corrected one is in an encoding that cannot hold every character and a
 *   cell has a `?`: nobody can tell what stood there. Saved as "CSV UTF-8" it is taken as it is.
 *
 * Children (of a join) come from the export as it is now, and are corrected there: a reject file lists their places.
 * @param file absolute, or relative to the working directory
 * @param runs absolute path of the folder in which the runs' reject files lie
 */
export function rejectFile(file: string, runs?: string): Source<Readonly<Record<string, string>>> {
  const path = resolve(file);
  const source = csv(path, { fieldLimit: Number.MAX_SAFE_INTEGER, recordLimit: RECORD_LIMIT });
  return {
    ...source,
    kind: 'rejects',
    read: async function* (context) {
      const lossy = !(await holdsEveryCharacter(context.folder, path));
      const originals = openOriginals(runs, context);
      for await (const record of source.read(context)) {
        const row = splitRow(record.values);
        const original = await originals.find(row);
        yield corrected({ ...record, values: row.cells }, row.ours._unread, original, lossy);
      }
    },
  };
}

function corrected(
  record: SourceRecord,
  unread: string | undefined,
  original: OriginalRow | undefined,
  lossy: boolean,
): SourceRecord {
  const values: Record<string, unknown> = { ...record.values };
  const problems: Problem[] = (record.problems ?? []).map(withoutOurs);
  // Without the column nobody can have emptied it.
  const left = unread ?? original?.unread ?? '';
  if (left !== '') problems.push(stillUnread(left));
  for (const [field, cell] of Object.entries(values)) {
    const value = String(cell);
    const before = original?.values[field];
    if (before !== undefined) {
      const loss = lossOf(before, value, lossy);
      if (loss === undefined) continue;
      problems.push({ code: 'CELL_INVALID', field, value, message: `"${field}" ${loss}.` });
      // The next reject file must not pass on the damage.
      values[field] = before;
    } else if (lossy && value.includes('?')) problems.push(doubtful(field, value));
  }
  return { ...record, values, ...(problems.length === 0 ? {} : { problems }) };
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
  return { code: 'CELL_INVALID', field: '_unread', value: unread, message, unread };
}

function doubtful(field: string, value: string): Problem {
  const message = `"${field}" has a question mark, the file is in an encoding that writes one for each character it lacks, and what the run had rejected is not there for comparison. Look at the cell and save the file as "CSV UTF-8".`;
  return { code: 'CELL_INVALID', field, value, message };
}
