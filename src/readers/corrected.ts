import type { SourceRecord } from '../model.ts';
import { checkedHeader } from './csv-header.ts';
import type { CsvOptions } from './csv-options.ts';
import { createCellNormaliser } from './normalise.ts';
import { FIELD_LIMIT, longIn } from './records.ts';
import type { Source } from './source.ts';

/**
 * Records that a person has corrected, read by the rules of the CSV source they came from: its columns must be there,
 * its `normalise` applies to what was typed (and is counted), its `fieldLimit` holds.
 */
export function correctedBy(options: CsvOptions, records: Source<unknown>): Source<unknown> {
  const { fieldLimit = FIELD_LIMIT, normalise, columns } = options;
  return {
    ...records,
    read: async function* (context) {
      const cellsOf = createCellNormaliser(normalise);
      let names: readonly string[] | undefined;
      const counting: typeof context = {
        ...context,
        onFile: (count) => context.onFile({ ...count, normalised: count.normalised + cellsOf.changed() }),
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
        }
        yield byTheRules(record, names, cellsOf.row, fieldLimit);
      }
    },
  };
}

function byTheRules(
  record: SourceRecord,
  names: readonly string[],
  normalised: (cells: readonly string[]) => readonly string[],
  fieldLimit: number,
): SourceRecord {
  const cells = normalised(names.map((name) => String(record.values[name])));
  const values = Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  const problems = [...(record.problems ?? []), ...longIn(values, fieldLimit)];
  return { ...record, values, ...(problems.length === 0 ? {} : { problems }) };
}
