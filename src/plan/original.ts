import type { Change, Origin, Problem, SourceRecord } from '../model.ts';
import type { Original } from './planned.ts';

/** What is kept of a record for a reject file. */
export function originalOf(record: SourceRecord, change: Change): Original {
  const own = (row: SourceRecord) => {
    const children: string[] = [];
    addPlaces(row, children);
    return { ...rowOf(row), children };
  };
  const faulty = change.kind === 'rejected' ? faultyChildren(record, change.problems) : [];
  const original = faulty.length === 0 ? own(record) : { ...own(record), faulty };
  const { rows } = record;
  if (rows === undefined) return original;
  return { ...original, rows: rows.map((row) => ({ ...row.origin, ...own(row) })) };
}

function rowOf({ values, row, rejected }: SourceRecord): Pick<Original, 'values' | 'row' | 'rejected'> {
  return {
    values,
    ...(row === undefined ? {} : { row }),
    ...(rejected === undefined ? {} : { rejected }),
  };
}

/** The rows of children in which one of these problems lies, each once. */
function faultyChildren(record: SourceRecord, problems: readonly Problem[]): NonNullable<Original['faulty']> {
  const places = new Set(problems.flatMap(({ origin }) => (origin === undefined ? [] : [placeText(origin)])));
  const found: NonNullable<Original['faulty']>[number][] = [];
  const search = ({ children }: SourceRecord): void => {
    for (const child of Object.values(children).flat()) {
      if (places.delete(placeText(child.origin))) found.push({ ...child.origin, ...rowOf(child) });
      search(child);
    }
  };
  if (places.size > 0) search(record);
  return found;
}

const placeText = ({ file, line }: Origin): string => `${file}:${line}`;

function addPlaces({ children }: SourceRecord, places: string[]): void {
  for (const name in children) {
    for (const child of children[name] ?? []) {
      const { origin, row } = child;
      // As a spreadsheet counts: that is where somebody looks for it.
      places.push(`${origin.file}:${row ?? origin.line}`);
      addPlaces(child, places);
    }
  }
}
