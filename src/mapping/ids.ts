import { hash } from 'node:crypto';
import { damageOf } from '../readers/damage.ts';
import { isWordForNothing } from '../readers/empty-words.ts';
import { whyNothing } from './nothing.ts';
import { isEmpty, quote, refuse, takenAsId } from './problems.ts';
import { required } from './values.ts';

/**
 * An id as text, exactly as it stands: leading zeros and case are kept, nothing is trimmed. A JSON number is taken
 * when it is whole and not beyond 2^53 (the JSON reader gives larger ones as text). Refused as CELL_INVALID: what a
 * spreadsheet destroyed (`6.96066E+18`, `########`, `#N/A`, `="007"`), `5001.0`, spaces anywhere, invisible and full-width
 * characters, NUL, half a surrogate pair; an empty cell, and one with a word for nothing (`NULL`, `\N`, `-`), is VALUE_MISSING.
 */
export function id(value: unknown): string {
  if (isEmpty(value)) return refuse('VALUE_MISSING', value, 'is empty; it must be an id');
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value + 0); // −0 becomes 0
  if (typeof value !== 'string') {
    const message =
      typeof value === 'number'
        ? `${quote(value)} is a number that cannot be an id: it is not whole or beyond ±9007199254740991`
        : 'is no id: it must be text or a whole number';
    const zh =
      typeof value === 'number'
        ? `${quote(value)} 不能作 ID：不是整数，或超出 ±9007199254740991`
        : '不是 ID：必须是文本或整数';
    return refuse('CELL_INVALID', value, message, { zh });
  }
  // Most ids: letters and digits, of which a spreadsheet has not made a number.
  if (!/^\w+$/.test(value) || isWordForNothing(value)) {
    const why = whyNothing(value, value, ['-']);
    if (why !== undefined) return refuse('VALUE_MISSING', value, `${quote(value)} ${why}`);
    const damage = damageOf(value) ?? floatOf(value) ?? spaceIn(value);
    if (damage !== undefined) return refuse('CELL_INVALID', value, `${quote(value)} ${damage}`);
  }
  takenAsId(value, 'cell');
  return value;
}

/**
 * A key for records that have no id of their own: 24 hex digits that stand for the given texts, in their order.
 * Keys stand in logs, in reports and in Feishu's `external_id`; a name or a telephone number must not.
 */
export function hashKey(...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts.map((part) => required(part))), 'hex').slice(0, 24);
}

/** What `5001.0` is, as the end of a sentence that begins with it; undefined for anything else. */
export function floatOf(word: string): string | undefined {
  if (!/^[0-9]+\.0$/.test(word)) return undefined;
  return 'is an id that pandas or a spreadsheet took for a number with decimals (".0"): export the column again as text (in pandas read it with dtype=str)';
}

function spaceIn(word: string): string | undefined {
  const at = word.search(/\s/);
  if (at < 0) return undefined;
  return `has a space as character ${[...word.slice(0, at)].length + 1}; an id has none`;
}
