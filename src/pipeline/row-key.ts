import { floatOf } from '../mapping/ids.ts';
import { whyNothing } from '../mapping/nothing.ts';
import { asText, type Collector, quote } from '../mapping/problems.ts';
import type { Problem } from '../model.ts';
import { damageOf } from '../readers/damage.ts';
import { isWordForNothing } from '../readers/empty-words.ts';

/** The problems of a row, and who is told of more. */
type KeyCollector = Pick<Collector, 'add' | 'placeOf'> & { readonly problems: readonly Problem[] };

/** Keys stand in the ledger, in logs, in reports and in Feishu's `external_id`: a longer one is a misplaced text. */
const KEY_LIMIT = 512;

/**
 * What a pipeline's `key` gave, as text; `null` where it can be no key, and the collector is told why: KEY_MISSING or
 * CELL_INVALID.
 */
export function keyOf(value: unknown, collector: KeyCollector): string | null {
  const bad = (code: 'KEY_MISSING' | 'CELL_INVALID', message: string): null => {
    const place = collector.placeOf(value);
    const origin = place?.origin === undefined ? {} : { origin: place.origin };
    collector.add({ code, field: place?.field ?? 'key', value: asText(value), message, ...origin });
    return null;
  };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return String(value);
    return bad('CELL_INVALID', `${quote(value)} cannot be a key: a number must be whole and not beyond 2^53`);
  }
  if (value === undefined && collector.problems.length > 0) return null;
  if (value === undefined || value === null || value === '') return bad('KEY_MISSING', 'the key is empty');
  if (typeof value !== 'string') return bad('CELL_INVALID', 'the key must be text or a whole number');
  // Most keys: letters and digits, of which a spreadsheet has not made a number.
  if (value.length <= KEY_LIMIT && /^\w+$/.test(value) && !isWordForNothing(value)) return value;
  if (value.trim() === '') return bad('KEY_MISSING', 'the key is empty');
  if (value.length > KEY_LIMIT) {
    const message = `${quote(value)} cannot be a key: it has ${value.length} characters; ${KEY_LIMIT} are allowed (hashKey makes a short key of long texts)`;
    return bad('CELL_INVALID', message);
  }
  if (value.trim() !== value)
    return bad('CELL_INVALID', `${quote(value)} cannot be a key: it has spaces around it`);
  if (!value.isWellFormed() || /[\p{Cc}\p{Cf}\uFFFD]/u.test(value)) {
    return bad(
      'CELL_INVALID',
      `${quote(value)} cannot be a key: it has control characters, invisible ones or damaged ones (U+FFFD)`,
    );
  }
  const damage = damageOf(value) ?? floatKey(value);
  if (damage !== undefined) return bad('CELL_INVALID', `${quote(value)} cannot be a key: it ${damage}`);
  const nothing = whyNothing(value, value, ['-']);
  return nothing === undefined ? value : bad('KEY_MISSING', `${quote(value)} cannot be a key: it ${nothing}`);
}

/** The ledger of an earlier version may know the record by just this key. */
function floatKey(value: string): string | undefined {
  const damage = floatOf(value);
  return (
    damage &&
    `${damage}. If the ledger knows such keys: then \`hire-sync rekey\` with this pipeline takes the right ones over`
  );
}
