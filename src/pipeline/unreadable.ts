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
  const found = isChild ? problems.map((problem) => ({ origin, ...problem })) : [...problems];
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
