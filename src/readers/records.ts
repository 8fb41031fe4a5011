import type { Problem, SourceRecord } from '../model.ts';

/** Shared by all records without a join. */
export const NO_CHILDREN: SourceRecord['children'] = Object.freeze({});

const isDamaged = (text: string) => text.includes('\uFFFD') || text.includes('\0') || !text.isWellFormed();

/** Whether a text can be a key: what is damaged may have been two different texts once. */
export const isIntact = (text: string) => !isDamaged(text);

const MESSAGE =
  'contains a damaged character (U+FFFD, NUL or half a surrogate pair): it was lost before this file was written; correct it in the export';

const zhOf = (what: string) =>
  `${what}中有损坏的字符（U+FFFD、NUL 或半个代理对）：写这个文件之前就已丢失；请在导出中改正`;

/** One CELL_INVALID for every text in `value` that holds a damaged character, names included. */
export function damageIn(value: unknown, path = ''): readonly Problem[] {
  if (typeof value === 'string') {
    return isDamaged(value)
      ? [
          {
            code: 'CELL_INVALID',
            field: path,
            value,
            zh: zhOf(`“${path}”`),
            message: `"${path}" ${MESSAGE}.`,
          },
        ]
      : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => damageIn(item, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => {
    const field = path === '' ? name : `${path}.${name}`;
    const inName: Problem = {
      code: 'CELL_INVALID',
      field,
      value: name,
      zh: zhOf(`名称“${name}”`),
      message: `The name "${name}" ${MESSAGE}.`,
    };
    return [...(isDamaged(name) ? [inName] : []), ...damageIn(item, field)];
  });
}

// Far above any interview; a longer one is a missing bracket or quote.
export const RECORD_LIMIT = 16 * 1024 * 1024;

/** Default of `fieldLimit`: a text of so many characters, about 1 MB, is a mistake. */
export const FIELD_LIMIT = 1_000_000;

const SHOWN = 100;

/** One CELL_INVALID for every text in `value` of `limit` characters or more. */
export function longIn(value: unknown, limit: number, path = ''): readonly Problem[] {
  if (typeof value === 'string') {
    if (value.length < limit) return [];
    const message = `"${path}" has ${value.length} characters; fewer than ${limit} are allowed (fieldLimit).`;
    // The cut may go through a character.
    const shown = `${value.slice(0, SHOWN).replace(/[\ud800-\udbff]$/, '')}…`;
    // A spreadsheet would cut it off.
    const unread = `too long: ${path}, ${value.length} characters`;
    const zh = `“${path}”有 ${value.length} 个字符，必须少于 ${limit} 个（fieldLimit）`;
    return [{ code: 'CELL_INVALID', field: path, value: shown, zh, message, unread }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => longIn(item, limit, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) =>
    longIn(item, limit, path === '' ? name : `${path}.${name}`),
  );
}
