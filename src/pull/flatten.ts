/** The fields of one level of an object, and the one list below it that becomes rows. */
export interface Level {
  /** Names as Feishu sends them; `a.b` is the field `b` of the object `a`. */
  readonly fields: readonly string[];
  readonly list?: { readonly name: string; readonly level: Level };
}

type Fields = Readonly<Record<string, unknown>>;

/** The names that `rowsOf` gives cells for: the fields, `list#` for the place in a list, and `_more` at the end. */
export function columnsOf(level: Level): readonly string[] {
  return [...ownColumns(level, ''), '_more'];
}

/**
 * One object as rows of text cells, by rules that lose nothing but the difference between absent, null and empty:
 *
 * - one row per element of the innermost list; an object, or an element, whose list is empty or absent has one row
 *   with that list's cells empty. The cells of the levels above repeat in each row.
 * - `list#` is the element's place in its list, from 1. Together with the id it tells which rows belong together.
 * - a cell is the value as text; a list or an object where a plain value is expected is JSON.
 * - what the document does not list is in `_more`, as a JSON object by path, in each row of its level.
 */
export function rowsOf(level: Level, object: Fields): readonly (readonly string[])[] {
  return levelRows(level, object, '').map(({ cells, more }) => [
    ...cells,
    Object.keys(more).length === 0 ? '' : JSON.stringify(more),
  ]);
}

interface Row {
  readonly cells: readonly string[];
  readonly more: Fields;
}

function levelRows({ fields, list }: Level, object: Fields, path: string): readonly Row[] {
  const own = fields.map((field) => cellOf(valueAt(object, field)));
  const more = otherFields(object, new Set([...fields, ...(list === undefined ? [] : [list.name])]), path);
  if (list === undefined) return [{ cells: own, more }];
  const value = object[list.name];
  const isList = Array.isArray(value) && value.length > 0 && value.every(isObject);
  if (!isList) {
    const empty = ['', ...ownColumns(list.level, '').map(() => '')];
    const odd = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    return [{ cells: [...own, ...empty], more: odd ? more : { ...more, [path + list.name]: value } }];
  }
  return value.flatMap((element: Fields, index) =>
    levelRows(list.level, element, `${path}${list.name}.`).map((row) => ({
      cells: [...own, String(index + 1), ...row.cells],
      more: { ...more, ...row.more },
    })),
  );
}

function ownColumns({ fields, list }: Level, path: string): readonly string[] {
  const own = fields.map((field) => path + field);
  if (list === undefined) return own;
  const inner = path + list.name;
  return [...own, `${inner}#`, ...ownColumns(list.level, `${inner}.`)];
}

function valueAt(object: Fields, field: string): unknown {
  const [name = '', ...rest] = field.split('.');
  const value = object[name];
  if (rest.length === 0) return value;
  return isObject(value) ? valueAt(value, rest.join('.')) : undefined;
}

/** The fields that have no column, by path; of an object that has columns for some of its fields, the others. */
function otherFields(object: Fields, known: ReadonlySet<string>, path: string, within = ''): Fields {
  const others: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    const field = within + name;
    if (known.has(field)) continue;
    const isParent = [...known].some((other) => other.startsWith(`${field}.`));
    if (isParent && isObject(value)) Object.assign(others, otherFields(value, known, path, `${field}.`));
    else if (!isParent || (value !== null && value !== undefined)) others[path + field] = value;
  }
  return others;
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
