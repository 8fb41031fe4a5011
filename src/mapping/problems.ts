import type { HireSyncError } from '../errors.ts';
import type { Origin, Problem, ProblemCode } from '../model.ts';

/** Where a value was read: a source column, and the child record's own place if it is not the row's. */
export interface Place {
  readonly field: string;
  readonly origin?: Origin;
}

/** Takes the problems of one row while its `key`, `skip` and `map` run, so that all are reported together. */
export interface Collector {
  add(problem: Problem): void;
  /** The pipeline itself is wrong: no row can be trusted. */
  stop(error: HireSyncError): void;
  /** The column last read with this very value, else the column last read. */
  placeOf(value: unknown): Place | undefined;
  /** Told what a helper made of a value, where somebody wants to know: see `derived`. */
  readonly derived?: (value: unknown, result: unknown) => void;
  /** Told of every word that a `valueMap` meets; what it gives is taken instead of what the table has for the word. */
  readonly looked?: ((look: LookedUp) => unknown) | undefined;
  /** Whether the source of the column last read with this value takes words for nothing as they stand (`empty: []`). */
  readonly takesWords?: (value: unknown) => boolean;
  /** The value last read from a column. */
  valueIn(field: string): unknown;
  /** Told of every value that is taken for an id, and whether it is a cell's or a lookup's: see `lost-digits.ts`. */
  readonly taken?: (value: string, from: 'cell' | 'lookup') => void;
}

/** One look into the table of a `valueMap`. */
export interface LookedUp {
  readonly table: ReadonlyMap<string, unknown>;
  readonly word: string;
  /** The cell's value, of which `word` is the text. */
  readonly value: unknown;
  /** What the table has for the word. */
  readonly result: unknown;
}

// `instanceof` fails across two copies of a module; a registered symbol does not.
const BRAND = Symbol.for('hire-sync.value-error');

/** What a mapping helper throws when it is called outside of a mapping; inside, it reports to the row. */
export class ValueError extends Error {
  override readonly name = 'ValueError';
  readonly [BRAND] = true;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.field === '' ? problem.message : `${problem.field}: ${problem.message}`);
    this.problem = problem;
  }

  static is(value: unknown): value is ValueError {
    return typeof value === 'object' && value !== null && BRAND in value;
  }
}

// Module-level: helpers are plain functions that get a cell's value and nothing else. A mapping is synchronous,
// so one row's collector can never see another row's problem.
let current: Collector | undefined;

/** Runs `job` with `collector` taking the problems that helpers find. Not for asynchronous jobs. */
export function collecting<T>(collector: Collector, job: () => T): T {
  const outer = current;
  current = collector;
  try {
    return job();
  } finally {
    current = outer;
  }
}

/**
 * Reports a problem of the row that is being mapped and returns a placeholder (`undefined`): the row is rejected
 * whatever its payload looks like, and the mapping goes on to find the row's other problems.
 * @throws ValueError outside of a mapping
 */
export function refuse<T>(
  code: ProblemCode,
  value: unknown,
  message: string,
  more: Pick<Partial<Problem>, 'allowed' | 'field' | 'waits' | 'detail' | 'zh'> = {},
): T {
  const place = more.field === undefined ? current?.placeOf(value) : { field: more.field };
  const problem: Problem = {
    code,
    field: place?.field ?? '',
    value: asText(value),
    message,
    ...(more.zh === undefined ? {} : { zh: more.zh }),
    ...(more.allowed === undefined ? {} : { allowed: more.allowed }),
    ...(more.detail === undefined ? {} : { detail: more.detail }),
    ...(more.waits === true ? { waits: true } : {}),
    ...(place?.origin === undefined ? {} : { origin: place.origin }),
  };
  if (current === undefined) throw new ValueError(problem);
  current.add(problem);
  return undefined as T;
}

/** Whether a word for nothing is a value where it was read, because its source says so. */
export function takesWords(value: unknown): boolean {
  return current?.takesWords?.(value) === true;
}

/** Notes that a helper made `result` of a cell's `value`, so that a problem of the payload can name the cell. */
export function derived<T>(value: unknown, result: T): T {
  current?.derived?.(value, result);
  return result;
}

/** Notes that a word was looked up in a table. */
export function lookedUp<T>(look: LookedUp & { readonly result: T }): T {
  return current?.looked === undefined ? look.result : (current.looked(look) as T);
}

/** Notes that a value is taken for an id. */
export function takenAsId(value: string, from: 'cell' | 'lookup'): void {
  current?.taken?.(value, from);
}

/** `reject` of the map context: the pipeline's own rule refuses the row. */
export function reject(message: string, field?: string): never {
  if (field === undefined) {
    const place = current?.placeOf(NOTHING);
    return refuse('MAPPING_REJECTED', place === undefined ? '' : current?.valueIn(place.field), message, {
      field: place?.field ?? '',
    });
  }
  return refuse('MAPPING_REJECTED', current?.valueIn(field), message, { field });
}

const NOTHING = Symbol('no value');

/** The pipeline is wrong, not the row: ends the run even if the mapping catches what is thrown here. */
export function stop(error: HireSyncError): never {
  current?.stop(error);
  throw error;
}

/** A value as the text a report shows; lists and records as JSON. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'object') return JSON.stringify(value) ?? '';
  return String(value);
}

const QUOTE_LENGTH = 60;

/**
 * A value in quotes for a message, shortened to 60 characters. What cannot be seen, or would steer a terminal, is
 * written as its code: `"通\u{200B}过"`.
 */
export function quote(value: unknown): string {
  const letters = [...asText(value).slice(0, 2 * QUOTE_LENGTH + 2)];
  const shown = letters.slice(0, QUOTE_LENGTH).map(visible).join('');
  return letters.length > QUOTE_LENGTH ? `"${shown}…"` : `"${shown}"`;
}

function visible(letter: string): string {
  if (!/[\p{C}\p{Zl}\p{Zp}\uFFFD]|(?! )\p{Zs}/u.test(letter)) return letter;
  const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `\\u{${code}}`;
}

/** True for a cell without content: `''`, null and an absent name. */
export function isEmpty(value: unknown): value is '' | null | undefined {
  return value === undefined || value === null || value === '';
}
