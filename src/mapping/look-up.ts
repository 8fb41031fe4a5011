import { HireSyncError } from '../errors.ts';
import { excelDamage } from '../readers/damage.ts';
import { nothingAdvice } from '../readers/empty-words.ts';
import { missedInChinese, whyMissed } from './lookup-alike.ts';
import type { LoadedLookups } from './lookups.ts';
import { whyNothing } from './nothing.ts';
import { derived, isEmpty, quote, refuse, stop, takenAsId } from './problems.ts';
import { remember } from './remember.ts';
import { suggestion } from './suggestion.ts';
import { text } from './text.ts';

/**
 * The `lookup` of the map context: the value of a key in a table. A key that the table does not have, or has without
 * a value, is LOOKUP_MISSING; one with two different values LOOKUP_AMBIGUOUS; an empty key VALUE_MISSING. A key or a
 * value that a spreadsheet destroyed is CELL_INVALID even if both files have it: it stands for many ids. A key that is only
 * another spelling of one in the table is LOOKUP_MISSING and does not wait: it will be spelt like that tomorrow. `otherwise` is
 * given for any other key that the table does not have.
 * @throws HireSyncError PIPELINE_INVALID for a table that the pipeline does not have
 */
export function createLookup(
  loaded: LoadedLookups,
): (name: string, key: unknown, otherwise?: string) => string {
  // Keys that had nothing wrong about them: interviewers and departments come again and again.
  const sound = new Map<string, Map<string, string>>();
  return (name, value, otherwise) => {
    const known = typeof value === 'string' ? sound.get(name)?.get(value) : undefined;
    if (known !== undefined) {
      takenAsId(value as string, 'cell');
      takenAsId(known, 'lookup');
      return derived(value, known);
    }
    if (!loaded.names.includes(name)) return stop(unknownLookup(name, loaded.names));
    const where = () => loaded.describe(name);
    const inChinese = () =>
      where()
        .replace(/ \((.*), column (.*)\)$/s, '（$1，$2 列）')
        .replace(/^"(.*)"/s, '“$1”');
    if (isEmpty(value))
      return refuse('VALUE_MISSING', value, `is empty: nothing can be looked up in ${where()}`, {
        zh: `为空，无法在对照表${inChinese()}中查找`,
      });
    const key = text(value);
    if (key === undefined) return key as unknown as string;
    const damage = excelDamage(key);
    if (damage !== undefined) return refuse('CELL_INVALID', value, `${quote(key)} ${damage}`);
    const nothing = otherwise === undefined ? whyNothing(value, key, ['-']) : undefined;
    if (nothing !== undefined) return refuse('VALUE_MISSING', value, `${quote(key)} ${nothing}`);
    takenAsId(key, 'cell');
    const [found, other] = loaded.find(name, key);
    if (found === undefined) {
      const alike = loaded.alike(name, key);
      if (alike === undefined && otherwise !== undefined) return derived(value, otherwise);
      const hint = whyMissed(key, alike);
      // A key that is damaged itself, or spelt otherwise, will not be found another night either.
      const waits = hint === '' && loaded.holds(name);
      return refuse('LOOKUP_MISSING', value, `${quote(key)} is not in lookup ${where()}${hint}`, {
        waits,
        zh: `${quote(key)} 不在对照表${inChinese()}中${missedInChinese(alike)}`,
        ...(alike !== undefined && { detail: { code: 'look-alike', like: alike.key } }),
      });
    }
    if (other !== undefined) {
      const values = `${quote(found.value)} in line ${found.line}, ${quote(other.value)} in line ${other.line}`;
      return refuse(
        'LOOKUP_AMBIGUOUS',
        value,
        `${quote(key)} has different values in lookup ${where()}: ${values}`,
        {
          zh: `${quote(key)} 在对照表${inChinese()}中有不同的结果：第 ${found.line} 行是${quote(found.value)}，第 ${other.line} 行是${quote(other.value)}`,
        },
      );
    }
    const lost = excelDamage(found.value) ?? (found.isNothing ? nothingAdvice(found.value) : undefined);
    if (lost !== undefined) {
      const place = `${quote(key)} has in lookup ${where()}, line ${found.line}, the value ${quote(found.value)}`;
      return refuse('CELL_INVALID', value, `${place}, which ${lost}`, {
        zh: `${quote(key)} 在对照表${inChinese()}第 ${found.line} 行的结果是${quote(found.value)}，已损坏或表示没有值：请改正对照表`,
      });
    }
    if (found.value !== '') {
      remember(sound, name, key, found.value);
      takenAsId(found.value, 'lookup');
      return derived(value, found.value);
    }
    return refuse(
      'LOOKUP_MISSING',
      value,
      `${quote(key)} has no value in lookup ${where()}: it is empty in line ${found.line}`,
      {
        waits: loaded.holds(name),
        zh: `${quote(key)} 在对照表${inChinese()}中没有结果：第 ${found.line} 行为空`,
      },
    );
  };
}

function unknownLookup(name: string, names: readonly string[]): HireSyncError {
  const known = names.length === 0 ? 'It has no lookups.' : `Its lookups: ${names.join(', ')}.`;
  return new HireSyncError(
    'PIPELINE_INVALID',
    `The pipeline has no lookup "${name}".${suggestion(name, names)} ${known}`,
  );
}
