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
  const bad = (code: 'KEY_MISSING' | 'CELL_INVALID', message: string, zh: string): null => {
    const place = collector.placeOf(value);
    const origin = place?.origin === undefined ? {} : { origin: place.origin };
    collector.add({ code, field: place?.field ?? 'key', value: asText(value), message, zh, ...origin });
    return null;
  };
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return String(value);
    return bad(
      'CELL_INVALID',
      `${quote(value)} cannot be a key: a number must be whole and not beyond 2^53`,
      `${quote(value)} 不能作记录编号：数字必须是整数，且不超过 2^53`,
    );
  }
  if (value === undefined && collector.problems.length > 0) return null;
  if (value === undefined || value === null || value === '')
    return bad('KEY_MISSING', 'the key is empty', '记录编号为空');
  if (typeof value !== 'string')
    return bad('CELL_INVALID', 'the key must be text or a whole number', '记录编号必须是文本或整数');
  // Most keys: letters and digits, of which a spreadsheet has not made a number.
  if (value.length <= KEY_LIMIT && /^\w+$/.test(value) && !isWordForNothing(value)) return value;
  if (value.trim() === '') return bad('KEY_MISSING', 'the key is empty', '记录编号为空');
  if (value.length > KEY_LIMIT) {
    const message = `${quote(value)} cannot be a key: it has ${value.length} characters; ${KEY_LIMIT} are allowed (hashKey makes a short key of long texts)`;
    const zh = `${quote(value)} 不能作记录编号：有 ${value.length} 个字符，最多 ${KEY_LIMIT} 个（请技术人员用 hashKey 缩短）`;
    return bad('CELL_INVALID', message, zh);
  }
  if (value.trim() !== value)
    return bad(
      'CELL_INVALID',
      `${quote(value)} cannot be a key: it has spaces around it`,
      `${quote(value)} 不能作记录编号：前后有空格`,
    );
  if (!value.isWellFormed() || /[\p{Cc}\p{Cf}\uFFFD]/u.test(value)) {
    return bad(
      'CELL_INVALID',
      `${quote(value)} cannot be a key: it has control characters, invisible ones or damaged ones (U+FFFD)`,
      `${quote(value)} 不能作记录编号：有控制字符、看不见的字符或损坏的字符（U+FFFD）`,
    );
  }
  const damage = damageOf(value) ?? floatKey(value);
  if (damage !== undefined)
    return bad(
      'CELL_INVALID',
      `${quote(value)} cannot be a key: it ${damage}`,
      `${quote(value)} 不能作记录编号：被电子表格或导出改过；请重新导出，或请技术人员为该列声明 normalise`,
    );
  const nothing = whyNothing(value, value, ['-']);
  return nothing === undefined
    ? value
    : bad(
        'KEY_MISSING',
        `${quote(value)} cannot be a key: it ${nothing}`,
        `${quote(value)} 不能作记录编号：这个词表示没有值`,
      );
}

/** The ledger of an earlier version may know the record by just this key. */
function floatKey(value: string): string | undefined {
  const damage = floatOf(value);
  return (
    damage &&
    `${damage}. If the ledger knows such keys: then \`hire-sync rekey\` with this pipeline takes the right ones over`
  );
}
