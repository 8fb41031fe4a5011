import { createDigitColumn, type DigitColumn, isLongId, refuseLost } from '../mapping/lost-digits.ts';
import type { Place } from '../mapping/problems.ts';
import type { ChangeKind, Eye, Origin } from '../model.ts';
import type { Shape } from '../plan/shape.ts';

/** Judges the columns of which a pipeline makes keys and ids, over all rows that are read: see `mapping/lost-digits.ts`. */
export interface DigitsJudge {
  /** A row is about to be mapped. */
  begin(origin: Origin): void;
  /** An id, as it was read; what is no long id is left out. `place` is asked for only where it is one. */
  note(value: unknown, place: () => Place | undefined): void;
  /** An id that comes from a lookup's table, whose columns are judged where it is read. */
  fromTable(value: string): void;
  /** A payload: the column of an id in it is that of the cell, or the payload's field where none has just this text. */
  inPayload(draft: unknown, place: (text: string) => Place | undefined): void;
  /** The row cannot be read: what stands in its columns says nothing of them. */
  drop(): void;
  /** What is done about the row. Rows that are as they were need no eye. */
  settle(kind: ChangeKind): void;
  /** @throws HireSyncError SOURCE_INVALID */
  refuse(): void;
  /** Whether rows that were not read might change the verdict: what was read has mostly lost digits. */
  needsAll(): boolean;
  /**
   * Whether a column comes so near to being refused that all of its rows must be judged again next time, those
   * that have not changed included.
   */
  isDoubtful(): boolean;
  eyes(): readonly Eye[];
}

interface Noted {
  readonly value: string;
  readonly file: string;
  readonly column: string;
  readonly line: number;
}

/** @param shape of the payloads */
export function createDigitsJudge(shape: Shape): DigitsJudge {
  const idFields = idFieldsOf(shape);
  // A handful: going through them is cheaper than making a name of both parts for each row.
  const columns: { readonly file: string; readonly name: string; readonly judged: DigitColumn }[] = [];
  let origin: Origin = { file: '', line: 0 };
  const noted: Noted[] = [];
  const known: unknown[] = [];

  const columnOf = ({ file, column }: Noted): DigitColumn => {
    for (const one of columns) if (one.name === column && one.file === file) return one.judged;
    const judged = createDigitColumn(file, column);
    columns.push({ file, name: column, judged });
    return judged;
  };
  const add = (value: string, field: string, { file, line }: Origin): void => {
    // Children of a parent, and items of a list, have a name each in reports, and one column in their file.
    const column = field.includes('[') ? field.replace(/^.*\]\./, '').replace(/\[\d+\]$/, '') : field;
    const isSame = (one: Noted) => one.value === value && one.line === line && one.column === column;
    if (!noted.some(isSame)) noted.push({ value, file, column, line });
  };
  const inField = (field: string, value: unknown, placeOf: (text: string) => Place | undefined): void => {
    // Most ids of payloads come from a lookup.
    if (known.includes(value) || !isLongId(value) || noted.some((one) => one.value === value)) return;
    const place = placeOf(value);
    add(value, place?.field ?? field, place?.origin ?? origin);
  };
  const clear = (): void => {
    // Fresh lists for every row of a million would cost more than what is in them.
    if (noted.length > 0) noted.length = 0;
    if (known.length > 0) known.length = 0;
  };

  return {
    begin(at) {
      origin = at;
      clear();
    },
    note(value, placeOf) {
      if (!isLongId(value)) return;
      const place = placeOf();
      if (place === undefined) return;
      add(value, place.field, place.origin ?? origin);
    },
    fromTable(value) {
      known.push(value);
    },
    inPayload(draft, placeOf) {
      for (const field of idFields) {
        const value = (draft as Readonly<Record<string, unknown>>)[field];
        if (Array.isArray(value)) for (const item of value) inField(field, item, placeOf);
        else inField(field, value, placeOf);
      }
    },
    drop: clear,
    settle(kind) {
      for (const one of noted) columnOf(one).add(one.value, kind === 'unchanged' ? undefined : one.line);
      clear();
    },
    refuse: () => refuseLost(columns.map(({ judged }) => judged)),
    needsAll: () => columns.some(({ judged }) => judged.isMostlyZeros()),
    isDoubtful: () => columns.some(({ judged }) => judged.isDoubtful()),
    eyes: () => columns.flatMap(({ judged }) => judged.eye() ?? []),
  };
}

/** The fields of a payload that hold ids, or lists of them. */
function idFieldsOf(shape: Shape): readonly string[] {
  if (shape.kind !== 'object') return [];
  const isId = (inner: Shape): boolean => inner.kind === 'id' || (inner.kind === 'list' && isId(inner.of));
  return shape.fields.filter((field) => isId(field.shape)).map(({ name }) => name);
}
