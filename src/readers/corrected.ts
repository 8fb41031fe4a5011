import type { SourceRecord } from '../model.ts';
import { checkedHeader } from './csv-header.ts';
import type { CsvOptions } from './csv-options.ts';
import { createCellEmptier } from './empty-words.ts';
import { createCellNormaliser } from './normalise.ts';
import { FIELD_LIMIT, longIn } from './records.ts';
import type { Source } from './source.ts';

/**
 * Records that a person has corrected, read by the rules of the CSV source they came from: its columns must be there,
 * its `normalise` and `empty` apply to what was typed (and are counted), its `fieldLimit` holds.
 */
export function correctedBy(options: CsvOptions, records: Source<unknown>): Source<unknown> {
  const { fieldLimit = FIELD_LIMIT, normalise, columns, empty } = options;
  return {
    ...records,
    ...(empty === undefined ? {} : { empty }),
    read: async function* (context) {
      const cellsOf = createCellNormaliser(normalise);
      const words = createCellEmptier(empty);
      let names: readonly string[] | undefined;
      const counting: typeof context = {
        ...context,
        onFile: (count) =>
          context.onFile({
            ...count,
            normalised: count.normalised + cellsOf.changed(),
            emptied: count.emptied + words.emptied(),
          }),
      };
      for await (const record of records.read(counting)) {
        // It is rejected anyway, and does not have all columns.
        if (
          record.problems?.some(({ code }) => code === 'CELL_COUNT' || code === 'RECORD_UNREADABLE') === true
        ) {
          yield record;
          continue;
        }
        if (names === undefined) {
          names = Object.keys(record.values);
          checkedHeader(record.origin.file, names, 1, columns === undefined ? {} : { columns });
          cellsOf.begin(names);
          words.begin(names);
        }
        yield byTheRules(record, names, (cells) => words.row(cellsOf.row(cells)), fieldLimit);
      }
    },
  };
}

function byTheRules(
  record: SourceRecord,
  names: readonly string[],
  evened: (cells: readonly string[]) => readonly string[],
  fieldLimit: number,
): SourceRecord {
  const cells = evened(names.map((name) => String(record.values[name])));
  const values = Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  const problems = [...(record.problems ?? []), ...longIn(values, fieldLimit)];
  return { ...record, values, ...(problems.length === 0 ? {} : { problems }) };
}
