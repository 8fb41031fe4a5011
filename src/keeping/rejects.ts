import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkOf } from '../readers/reject-check.ts';
import { isKeyCell } from '../without-key.ts';
import { foldersIn } from './folders.ts';
import type { Found, Place, RecordName } from './place.ts';
import { type RejectRow, type Rest, withoutRows } from './reject-rows.ts';
import { replaceFile } from './replace-file.ts';

const REJECT_FILE = /^rejects(\..+)?\.csv$/;

/** A reject file of a run, and what is left of it without a record. */
interface Touched extends Rest {
  readonly file: string;
}

/** The reject files of the runs. `belongs`: whether the run in this folder is one of the ledger's own. */
export function rejectPlace(runs: string, belongs: (folder: string) => boolean): Place {
  return {
    name: 'rejects',
    async look(record) {
      return rejectsAbout(runs, belongs, record).map(
        ({ file, removed }): Found => ({ file, rows: removed.length }),
      );
    },
    async erase(record) {
      for (const { file, left, bytes } of rejectsAbout(runs, belongs, record)) {
        // The head alone is of no use to anybody.
        if (left === 0) rmSync(file);
        else replaceFile(file, bytes);
      }
    },
  };
}

/**
 * Where rows stood that belong to a record and have no key of their own in what was kept of a run: `interviews.csv:12`.
 * To be asked for before they are erased.
 */
export function placesOf(folder: string, record: RecordName): ReadonlySet<string> {
  const rows = touchedIn(folder, record).flatMap(({ removed }) => removed);
  return new Set(rows.map(({ ours: { _file, _line } }) => `${_file}:${_line}`));
}

/** The names of the reject files in the folder of a run, those that a person corrects first. */
export function rejectFilesIn(folder: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => REJECT_FILE.test(name));
  return [...names.filter((name) => !isOriginal(name)), ...names.filter(isOriginal)];
}

const isOriginal = (name: string): boolean => name.endsWith('.original.csv');

function rejectsAbout(
  runs: string,
  belongs: (folder: string) => boolean,
  record: RecordName,
): readonly Touched[] {
  return foldersIn(runs)
    .filter(belongs)
    .flatMap((folder) => touchedIn(folder, record));
}

function touchedIn(folder: string, record: RecordName): readonly Touched[] {
  if (!existsSync(folder)) return [];
  const files = rejectFilesIn(folder).map((name) => join(folder, name));
  const texts = files.map((file) => ({ file, bytes: readFileSync(file) }));
  // Rows of its children, and the other rows of its group, have the number of their record.
  const numbers = new Set<string>();
  for (const { bytes } of texts)
    for (const row of withoutRows(bytes, (one) => isOf(one, record))?.removed ?? [])
      numbers.add(numberOf(row));
  return texts.flatMap(({ file, bytes }) => {
    const rest = withoutRows(bytes, (row) => isOf(row, record) || numbers.has(numberOf(row)));
    return rest === null || rest.removed.length === 0 ? [] : [{ file, ...rest }];
  });
}

const numberOf = ({ ours: { _run = '', _record = '' } }: RejectRow): string => `${_run}:${_record}`;

function isOf(
  { cells, ours: { _key = '', _check = '' } }: RejectRow,
  { pipeline, key }: RecordName,
): boolean {
  const of = checkOf(_check)?.pipeline;
  if (of !== undefined && of !== pipeline) return false;
  if (_key !== '') return _key === key;
  // Of a row that cannot be read the key is not told.
  return cells.some((cell) => isKeyCell(cell, key));
}
