import type { Eye } from '../model.ts';
import type { Language } from '../plan/shape.ts';

/** What a person should look at, in one sentence without the values themselves. */
export function eyeText({ code, file, column, rows, lines }: Eye, language: Language): string {
  const zh = language === 'zh';
  const more = rows > lines.length ? ', …' : '';
  const places = `${lines.join(', ')}${more}`;
  switch (code) {
    case 'zeros-behind-15-digits':
      return zh
        ? `请过目：${file} 的“${column}”列有 ${rows} 行的编号在第 15 位之后全是 0（第 ${places} 行），是否被电子表格改过？`
        : `Needs an eye: ${file}, column "${column}": ${rows} ${rows === 1 ? 'row has an id' : 'rows have ids'} with only zeros behind the 15th digit (line ${places}). Did a spreadsheet round them?`;
  }
}
