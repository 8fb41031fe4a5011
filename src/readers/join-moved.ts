import type { Problem, SourceRecord } from '../model.ts';
import { keyOf } from './join-key.ts';
import type { Stage } from './join-stage.ts';

/**
 * A child whose key was corrected would leave its record, which would go out without it. It stays with its record, which
 * is rejected for that.
 */
export function keptWithParent(record: SourceRecord, column: string): SourceRecord {
  return hasMoved(record, column) ? keptUnder(record, column) : record;
}

/** The same of a record whose key was corrected, so that it would lose the children it had. */
export function keptWithChildren(record: SourceRecord, stages: readonly Stage[]): SourceRecord {
  const { before } = record;
  if (before === undefined) return record;
  const was = { ...record, values: before.values };
  const left = stages.find(({ many: { key }, table }) => {
    const old = keyOf(was, key.parent);
    return old !== undefined && hasMoved(record, key.parent) && table.take(old).length > 0;
  });
  return left === undefined ? record : keptUnder(record, left.many.key.parent);
}

function hasMoved(record: SourceRecord, column: string): boolean {
  // A column that is gone is a mistake of the whole file.
  if (record.before === undefined || !Object.hasOwn(record.values, column)) return false;
  return keyOf(record, column) !== keyOf({ ...record, values: record.before.values }, column);
}

function keptUnder(record: SourceRecord, column: string): SourceRecord {
  const { before = { values: {}, correctedAt: record.origin }, problems = [] } = record;
  const [typed, old] = [record.values[column] ?? '', before.values[column] ?? ''].map(String) as [
    string,
    string,
  ];
  const { file, line } = before.correctedAt;
  const problem: Problem = {
    code: 'ROW_STALE',
    field: column,
    value: typed,
    allowed: [old],
    zh: `${file} 第 ${line} 行把“${column}”从“${old}”改成了“${typed}”，而它决定这一行属于哪条记录：在拒绝文件中只能保持“${old}”；编号本身有误，请在导出中改正`,
    message: `row ${line} of ${file} changes "${column}" from "${old}" to "${typed}", which ties the row to its record: in a reject file it must stay "${old}"; correct the key itself in the export`,
  };
  return { ...record, values: { ...record.values, [column]: old }, problems: [...problems, problem] };
}
