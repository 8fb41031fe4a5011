import { HireSyncError } from '../errors.ts';
import type { SourceRecord } from '../model.ts';
import { partsOf, type ReadContext, type Source } from './source.ts';

/**
 * One record per part for every row of a wide sheet: `split(csv('wide.csv'), '轮次', ['初试', '复试', '终试'])` gives
 * each row three times, whole, with the part in `name`. A mapping then reads `row[`${row.轮次}结果`]`, and a problem
 * names the sheet's own column. A part that a row does not have is for the pipeline's `skip` to tell: no row is lost
 * here. The key of a record must contain the part, or the records of a row are duplicates of each other.
 * @throws HireSyncError PIPELINE_INVALID for no parts or the same part twice
 */
export function split<Row, const Name extends string, const Part extends string>(
  source: Source<Row>,
  name: Name,
  parts: readonly [Part, ...Part[]],
): Source<Row & { readonly [Key in Name]: Part }> {
  if (parts.length === 0 || new Set(parts).size < parts.length) {
    const text = `split(source, "${name}", parts): parts must be a list of different texts; it is ${JSON.stringify(parts)}.`;
    throw new HireSyncError('PIPELINE_INVALID', text);
  }
  return {
    kind: 'split',
    files: source.files,
    columnar: source.columnar,
    leaves: [source],
    parts: partsOf(source),
    // A rejected record is one part already, and its reject file has the part as a column.
    ...(source.withRecords === undefined ? {} : { withRecords: source.withRecords }),
    read: (context) => readParts(source, name, parts, context),
  };
}

async function* readParts(
  source: Source<unknown>,
  name: string,
  parts: readonly string[],
  context: ReadContext,
): AsyncGenerator<SourceRecord> {
  for await (const record of source.read(context)) {
    if (Object.hasOwn(record.values, name) || Object.hasOwn(record.children, name)) {
      const text = `The split calls its parts "${name}", but ${record.origin.file} has that column already: choose another name.`;
      throw new HireSyncError('PIPELINE_INVALID', text);
    }
    // A row that cannot be read, too: its interviews are rejected one by one, not missing.
    for (const part of parts) yield { ...record, values: { ...record.values, [name]: part } };
  }
}
