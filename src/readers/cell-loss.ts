import { excelDamage, shown } from './damage.ts';
import { spreadsheetMakes } from './spreadsheet-cell.ts';

/** What became of a cell of a reject file on its way through a spreadsheet and a person's hands. */
export type CellFate =
  /** It is as it was, or what a spreadsheet makes of that by itself. */
  | { readonly kind: 'kept' }
  | { readonly kind: 'typed' }
  /** Nobody can tell; `why` is the end of a sentence that begins with the column. */
  | { readonly kind: 'unclear'; readonly why: { readonly zh: string; readonly en: string } };

/**
 * What is told apart: what a spreadsheet makes of a cell (see `spreadsheetMakes`), and the characters that GBK lacks,
 * for which it writes `?`, are no corrections; anything else was typed. Unclear is a cell that was rejected and has only
 * been re-spelt (it may as well be the correction), one that was typed and lost characters as well, and one that holds
 * what spreadsheets leave of another value.
 * @param before the cell as hire-sync wrote it
 * @param after the same cell in the corrected file
 * @param about `lossy`: that file is in an encoding that cannot hold every character; `wasWrong`: the row was rejected
 *   for this cell; `typed`: how that file calls the column `_typed`
 */
export function fateOf(
  before: string,
  after: string,
  { lossy, wasWrong, typed }: { readonly lossy: boolean; readonly wasWrong: boolean; readonly typed: string },
): CellFate {
  if (before === after) return { kind: 'kept' };
  const loss = charactersLost(before, after, lossy);
  if (loss?.alone === true || spreadsheetMakes(before, after)) {
    if (!wasWrong) return { kind: 'kept' };
    const zh = `因 ${quoted(before)} 被拒绝，而 ${quoted(after)} 正是电子表格会自动改成的样子：请在设为“文本”格式的格子中改正；如果它本来就对，请把列名填入“${typed}”`;
    const en = `was rejected as ${quoted(before)}, and ${quoted(after)} is what a spreadsheet makes of that by itself: correct it in a cell formatted as text, or, if it is right as it stands, write the column's name into "${typed}"`;
    return { kind: 'unclear', why: { zh, en } };
  }
  if (loss !== undefined) {
    const zh = `丢失了 ${loss.characters}：存盘的程序用“?”或别的字母代替了它的编码没有的字符；请另存为“CSV UTF-8”`;
    const en = `has lost ${loss.characters}: the program that saved the file wrote "?" or another letter for what its encoding lacks; save it as "CSV UTF-8"`;
    return { kind: 'unclear', why: { zh, en } };
  }
  if (before.length > after.length && after.length > LONG && before.startsWith(after)) {
    const zh = `被电子表格截断，${before.length} 个字符只剩 ${after.length} 个；请在导出中改正`;
    const en = `was cut off after ${after.length} of its ${before.length} characters, as spreadsheets do; correct it in the export`;
    return { kind: 'unclear', why: { zh, en } };
  }
  const damage = excelDamage(after);
  if (damage !== undefined && excelDamage(before) === undefined) {
    const zh = `原为 ${quoted(before)}，${quoted(after)} 是电子表格损坏后的样子：请在拒绝文件中设为“文本”格式的格子里改正`;
    const en = `was ${quoted(before)}, and now ${damage}; in the reject file, correct it in a cell formatted as text`;
    return { kind: 'unclear', why: { zh, en } };
  }
  return { kind: 'typed' };
}

// No cell of a person's ends here by chance.
const LONG = 1000;
const SHOWN = 60;

function quoted(text: string): string {
  const [...letters] = text.slice(0, 2 * SHOWN);
  return JSON.stringify(letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : text);
}

/**
 * The characters that GBK lacks and that only the old text has, where something stands for them in the new one.
 * `alone`: nothing else is different.
 */
function charactersLost(
  before: string,
  after: string,
  lossy: boolean,
): { readonly characters: string; readonly alone: boolean } | undefined {
  const rare = [...before].filter((char) => !isInGbk(char));
  if (rare.length === 0) return undefined;
  const standIn = lossy ? /^[\x20-\x7e]$/ : /^\?$/;
  // A character beyond U+FFFF becomes one "?" or two, depending on the program.
  const units = (text: string) => Array.from({ length: text.length }, (_, index) => text[index] ?? '');
  const replaced = (from: readonly string[], to: readonly string[]) =>
    from.length === to.length &&
    from.every((char, index) => {
      const now = to[index] ?? '';
      return char === now || (!isInGbk(char) && standIn.test(now));
    });
  const alone = replaced([...before], [...after]) || replaced(units(before), units(after));
  if (!alone) {
    // The cell was corrected elsewhere as well.
    const marks = (text: string) => text.split('?').length;
    if (!lossy || marks(after) <= marks(before)) return undefined;
  }
  const gone = [...new Set(rare)].filter((char) => !after.includes(char));
  return gone.length === 0 ? undefined : { characters: gone.slice(0, 5).map(named).join(', '), alone };
}

const named = (char: string) =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}${shown(char) === char ? ` ${char}` : ''}`;

// In the two-byte area of GB18030, but not in GBK as Windows has it (code page 936).
const NOT_IN_GBK =
  /[\u01f9\u1e3f\u20ac\u2e80-\u2fff\u303e\u3400-\u4dbf\u9fa6-\u9fff\ufe10-\ufe19]|\p{Co}|\p{Cn}/u;

let table: ReadonlySet<string> | undefined;

/** Whether a character (or half of one) can be written in GBK. */
function isInGbk(char: string): boolean {
  if (char < '\x80') return true;
  table ??= readTable();
  return table.has(char);
}

/** Node decodes GBK and cannot encode it: the characters are what its pairs of bytes decode to. */
function readTable(): ReadonlySet<string> {
  const decoder = new TextDecoder('gb18030');
  const chars = new Set<string>();
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const char = decoder.decode(Uint8Array.of(lead, trail));
      if ([...char].length === 1 && char !== '\uFFFD' && !NOT_IN_GBK.test(char)) chars.add(char);
    }
  }
  return chars;
}
