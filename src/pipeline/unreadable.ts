import type { Problem, SourceRecord } from '../model.ts';
import { isIntact } from '../readers/records.ts';

/** Problems of the record and of its children: a child that cannot be read would be missing from the payload. */
export function readerProblems(record: SourceRecord, isChild: boolean): readonly Problem[] {
  // Nearly all have none: no list is made for them.
  return isSound(record) ? NONE : problemsIn(record, isChild);
}

const NONE: readonly Problem[] = [];

function isSound({ problems, children }: SourceRecord): boolean {
  if (problems !== undefined && problems.length > 0) return false;
  for (const name in children) {
    for (const child of children[name] ?? NO_RECORDS) if (!isSound(child)) return false;
  }
  return true;
}

const NO_RECORDS: readonly SourceRecord[] = [];

function problemsIn({ problems = [], children, origin }: SourceRecord, isChild: boolean): Problem[] {
  const found = problems.map((problem) => ({ ...(isChild ? { origin } : {}), ...withoutCells(problem) }));
  for (const name in children) {
    for (const child of children[name] ?? []) found.push(...problemsIn(child, true));
  }
  return found;
}

/**
 * Whether every cell of the record stands under its own name, whatever is wrong with some of them: then the others can
 * be mapped. In a row with a cell too few nobody knows which one is missing, and all behind it would look wrong.
 */
export function isInPlace({ problems = [], values }: SourceRecord): boolean {
  const inPlace = ({ code, field, value }: Problem): boolean =>
    // A damaged or overlong cell; or cells too many that are all empty: separators at the end of the line.
    code === 'CELL_INVALID' || (code === 'CELL_COUNT' && field === '' && /^[,;|\s]*$/.test(value));
  return problems.every(inPlace) && (problems.length === 0 || Object.keys(values).every(isIntact));
}

const UNREADABLE: readonly Problem['code'][] = ['CELL_COUNT', 'RECORD_UNREADABLE'];

/**
 * Whether the record could not be read as a row: then what stands in a column may be anything (a telephone number in the
 * key's), and neither its key nor any of its cells is shown outside the reject file. A group is read where one of its
 * rows is.
 */
export function isUnreadable(record: SourceRecord): boolean {
  if (record.rows !== undefined) return record.rows.every(isUnreadable);
  return (record.problems ?? []).some(({ code }) => UNREADABLE.includes(code));
}

/** A problem of the reader without the cells that it may hold; they are in `unread`, for the reject file. */
export function withoutCells(problem: Problem): Problem {
  return UNREADABLE.includes(problem.code) && problem.value !== '' ? { ...problem, value: '' } : problem;
}

/** What the mapping found besides: of a cell that cannot be shown the column and what is allowed, not the cell. */
export function shownOf(others: readonly Problem[], record: SourceRecord): readonly Problem[] {
  const hidden = new Set(unreadableIn(record));
  if (hidden.size === 0) return others;
  const own = placeOf(record.origin);
  return others.map((problem) => {
    const { code, origin } = problem;
    // Made of cells of the whole family.
    const isOfAll = !hidden.has(own) && origin === undefined && OF_ALL.includes(code);
    if (!isOfAll && !hidden.has(origin === undefined ? own : placeOf(origin))) return problem;
    return {
      ...problem,
      value: '',
      message: 'is wrong as well; the cell is not shown, because its row cannot be read',
    };
  });
}

const OF_ALL: readonly Problem['code'][] = ['PAYLOAD_INVALID', 'MAPPING_REJECTED', 'MAPPING_FAILED'];

function* unreadableIn(record: SourceRecord): Generator<string> {
  if (isUnreadable(record)) yield placeOf(record.origin);
  for (const child of Object.values(record.children).flat()) yield* unreadableIn(child);
}

/** The same for a record with all its children: only then does its payload have all its parts. */
export function isWholeFamily(record: SourceRecord): boolean {
  return isInPlace(record) && Object.values(record.children).flat().every(isWholeFamily);
}

/**
 * The problems of the mapping that are not just another view of what the reader found: none of a cell it named, none
 * that quotes such a cell, none in a child that is not in place.
 */
export function othersThan(
  found: readonly Problem[],
  problems: readonly Problem[],
  record: SourceRecord,
): readonly Problem[] {
  const outOfPlace = new Set(scattered(record));
  return problems.filter((problem) => {
    const { code, value, origin } = problem;
    // It may have failed because of what is damaged.
    if (code === 'MAPPING_FAILED' || !isIntact(value)) return false;
    if (origin !== undefined && outOfPlace.has(placeOf(origin))) return false;
    return !found.some((known) => isSamePlace(known, problem) || isPartOf(known, value));
  });
}

function* scattered({ children }: SourceRecord): Generator<string> {
  for (const child of Object.values(children).flat()) {
    if (!isInPlace(child)) yield placeOf(child.origin);
    yield* scattered(child);
  }
}

const placeOf = ({ file, line }: SourceRecord['origin']): string => `${file}:${line}`;

/** The reader names a column of a child as it is, the mapping by its way there: `scores[1].value`. */
function isSamePlace(known: Problem, { field, origin }: Problem): boolean {
  const [one, other] = [known.origin, origin].map((at) => (at === undefined ? '' : placeOf(at)));
  return one === other && (field === known.field || field.endsWith(`.${known.field}`));
}

// Shorter, and it may be there by accident.
const UNMISTAKABLE = 50;

/** Whether a value was made with an overlong cell, which is shown by its beginning. */
function isPartOf(known: Problem, value: string): boolean {
  const cell = known.value.replace(/…$/, '');
  return cell.length >= UNMISTAKABLE && value.includes(cell);
}
