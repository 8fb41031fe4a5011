import { oddCharacter, spaceAround } from '../readers/damage.ts';
import { differenceOf, foldOf } from '../readers/look-alike.ts';
import type { Staging, StagingTable } from '../readers/source.ts';
import { quote } from './problems.ts';

/** A key of a lookup table, as the table spells it. */
export interface FoundKey {
  readonly key: string;
  readonly line: number;
}

type Tables = ReadonlyMap<string, { readonly table: StagingTable }>;

/**
 * Finds other spellings of keys. What all keys of a table are folded to is written down (on disk) when the first one is
 * missed, and not at all on a night on which none is.
 * @param lineOf where a key stands that the table has
 */
export function createAlike(
  tables: Tables,
  staging: Staging,
  lineOf: (table: StagingTable, key: string) => number,
): (name: string, key: string) => FoundKey | undefined {
  const folded = new Map<string, StagingTable>();
  const foldedOf = (name: string, table: StagingTable): StagingTable => {
    const known = folded.get(name);
    if (known !== undefined) return known;
    const made = staging.table(`lookup ${name}, folded`);
    for (const key of table.keys()) {
      const fold = foldOf(key);
      // A key that is its own fold is found in the table itself.
      if (fold !== key) made.add(fold, JSON.stringify(key));
    }
    folded.set(name, made);
    return made;
  };
  return (name, key) => {
    const table = tables.get(name)?.table;
    if (table === undefined) return undefined;
    const fold = foldOf(key);
    const [json] = table.take(fold).length > 0 ? [JSON.stringify(fold)] : foldedOf(name, table).take(fold);
    if (json === undefined) return undefined;
    const spelt = JSON.parse(json) as string;
    return { key: spelt, line: lineOf(table, spelt) };
  };
}

/** Why a table does not have a key, as far as the key itself tells: the end of a sentence, or ''. */
export function whyMissed(key: string, alike: FoundKey | undefined): string {
  const odd = oddCharacter(key);
  if (alike === undefined) return odd === undefined ? '' : `: it ${odd}`;
  const advice = odd ?? spaceAround(key);
  const remedy = advice === undefined ? 'write it alike in both exports' : `it ${advice}`;
  return `, which has ${quote(alike.key)} in line ${alike.line}: ${differenceOf(key, alike.key)}; ${remedy}`;
}

/** The same in Chinese: the spelling that is there. What is odd about the key itself, its value tells. */
export function missedInChinese(alike: FoundKey | undefined): string {
  if (alike === undefined) return '';
  return `；第 ${alike.line} 行有“${alike.key}”，只是写法不同（前导零、.0、大小写、空格等）：请在两个导出中写成一样`;
}
