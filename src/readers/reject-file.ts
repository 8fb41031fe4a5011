import { resolve } from 'node:path';
import type { SourceRecord } from '../model.ts';
import { csv } from './csv.ts';
import type { Source } from './source.ts';

/**
 * The rows of a corrected `rejects.csv`, as records of the source they came from: the columns that hire-sync added
 * (their names begin with `_`) are left out, and the apostrophe that guards a formula is taken away. Encoding and
 * delimiter are found out: a Chinese Excel saves GBK.
 * @param file absolute, or relative to the working directory
 */
export function rejectFile(file: string): Source<Readonly<Record<string, string>>> {
  const path = resolve(file);
  const source = csv(path);
  return {
    ...source,
    // The columns of a reject file are checked against the pipeline's own reading, not against the source's header.
    read: async function* (context) {
      for await (const record of source.read(context)) yield original(record);
    },
  };
}

function original(record: SourceRecord): SourceRecord {
  const cells = Object.entries(record.values).filter(([name]) => !name.startsWith('_'));
  const values = Object.fromEntries(
    cells.map(([name, value]) => [unguarded(name), unguarded(String(value))]),
  );
  return { ...record, values };
}

/** Takes away what `report/rejects.ts` puts before a cell that a spreadsheet would take for a formula. */
function unguarded(text: string): string {
  return /^'+[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? text.slice(1) : text;
}
