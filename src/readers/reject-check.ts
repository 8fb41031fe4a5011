import { createHash } from 'node:crypto';

/**
 * What `_check` of a reject file says: of which pipeline the row is, and hashes of the row as the export had it, of the
 * key it was rejected under, and of what the ledger knew of that key. By it a row is known to be as it was, however old
 * the file is and wherever in the export the row has moved to. A row of children has no key of its own.
 * Its form is one that no spreadsheet takes for a number or a date: `legacy-ats:r0f…-k3a…-s9c…`.
 */
export interface RejectCheck {
  readonly pipeline: string;
  readonly row: string;
  /** Undefined for a row without a key. */
  readonly key?: string | undefined;
  /** Undefined where the ledger did not know the key. */
  readonly state?: string | undefined;
}

const HASH = '[0-9a-f]{16}';
const FORM = new RegExp(`^([a-z0-9][a-z0-9-]*):r(${HASH})(?:-k(${HASH}))?(?:-s(${HASH}))?$`);

export function checkText({ pipeline, row, key, state }: RejectCheck): string {
  return `${pipeline}:r${row}${key === undefined ? '' : `-k${key}`}${state === undefined ? '' : `-s${state}`}`;
}

/** Undefined for a text that no reject file has. */
export function checkOf(text: string): RejectCheck | undefined {
  const [, pipeline, row, key, state] = FORM.exec(text) ?? [];
  return pipeline === undefined || row === undefined ? undefined : { pipeline, row, key, state };
}

/** A row by its cells, in whichever order its file has the columns. */
export function rowHash(values: Readonly<Record<string, unknown>>): string {
  const cells = Object.entries(values).map(([name, value]) => [name, value ?? '']);
  return shortHash(JSON.stringify(cells.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1))));
}

/** The first 16 digits of hex SHA-256: enough to tell the rows of an export apart. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
