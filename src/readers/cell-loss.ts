import { excelDamage, shown } from './damage.ts';

// A spreadsheet cuts the text of a cell here (Excel, WPS).
const CELL_LIMIT = 32_767;

/**
 * What a spreadsheet did to a cell of a reject file that nobody meant to change, as the end of a sentence that begins
 * with the column; undefined where the cell is as it was, or was corrected by a person.
 * @param before the cell as hire-sync wrote it
 * @param after the same cell in the corrected file
 * @param lossy whether that file is in an encoding that cannot hold every character
 */
export function lossOf(before: string, after: string, lossy: boolean): string | undefined {
  if (before === after) return undefined;
  const lost = charactersLost(before, after, lossy);
  if (lost !== undefined) {
    return `has lost ${lost}: the program that saved the file wrote "?" or another letter for what its encoding lacks; save it as "CSV UTF-8"`;
  }
  if (before.length > CELL_LIMIT && before.length > after.length && before.startsWith(after)) {
    return `was cut off after ${after.length} of its ${before.length} characters, as spreadsheets do; correct it in the export`;
  }
  const damage = excelDamage(after);
  if (damage !== undefined && excelDamage(before) === undefined) return damage;
  if (/^0[0-9]+$/.test(before) && after === (before.replace(/^0+/, '') || '0')) {
    return 'has lost its leading zeros, as in spreadsheets; import the column as text';
  }
  if (/^[0-9]{16,}$/.test(before) && after === before.slice(0, 15).padEnd(before.length, '0')) {
    return 'has lost its last digits, as in spreadsheets; import the column as text';
  }
  return undefined;
}

/** The characters that GBK lacks and that only the old text has, where something stands for them in the new one. */
function charactersLost(before: string, after: string, lossy: boolean): string | undefined {
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
  if (!replaced([...before], [...after]) && !replaced(units(before), units(after))) {
    // The cell was corrected elsewhere as well.
    const marks = (text: string) => text.split('?').length;
    if (!lossy || marks(after) <= marks(before)) return undefined;
  }
  const gone = [...new Set(rare)].filter((char) => !after.includes(char));
  return gone.length === 0 ? undefined : gone.slice(0, 5).map(named).join(', ');
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
