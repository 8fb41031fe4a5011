import type { Problem, ProblemCode } from '../model.ts';
import type { DateForm, ProblemDetail } from '../problem-detail.ts';
import { type Damage, findDamage } from '../readers/damage.ts';
import { isWordForNothing } from '../readers/empty-words.ts';

/**
 * What a value is, and what to do about it, in Chinese: the English sentence is the problem's own message. `''` where
 * the code says it all.
 */
export function detailInChinese({ code, value, detail }: Problem): string {
  // Damage comes first, as in the mapping: a date with a hidden character is in no form either.
  if (JUDGED.has(code)) {
    const damage = findDamage(value);
    if (damage !== undefined) return damageText(damage);
    if (isWordForNothing(value))
      return '这个词在很多导出里表示没有值：请在原系统中补填；如果它就表示空，请技术人员在该文件声明 empty';
  }
  return detail === undefined ? '' : detailText(detail);
}

/** Codes of a cell whose text was looked at. */
const JUDGED: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'KEY_MISSING',
  'CELL_INVALID',
  'VALUE_MISSING',
  'VALUE_UNKNOWN',
  'NUMBER_INVALID',
  'DATE_INVALID',
  'LOOKUP_MISSING',
]);

function damageText(damage: Damage): string {
  switch (damage.kind) {
    case 'scientific':
      return '电子表格把它变成了科学计数法，位数已丢失；请把该列设为文本后重新导出';
    case 'narrow':
      return '保存表格时列太窄，值没有写出来；请加宽该列后重新导出';
    case 'formula-error':
      return '这是电子表格公式的错误；请改正表格后重新导出';
    case 'guarded':
      return '它被包在 ="…" 里；请重新导出，或请技术人员为该列声明 normalise';
    case 'apostrophe':
      return '它以撇号开头，是某个工具加上的；请重新导出，或请技术人员为该列声明 normalise';
    case 'escape':
      return '其中有工作簿的转义符（如 _x000D_）；请重新导出，或请技术人员为该列声明 normalise';
    case 'odd-character': {
      const code = (damage.letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      return `第 ${damage.place} 个字符 U+${code} 看不见，或不该出现；请改正这一格，或请技术人员为该列声明 normalise`;
    }
    case 'spaces':
      return '前后有空格；请去掉，或请技术人员为该列声明 normalise';
    case 'formula':
      return '这是公式，不是它的值；请导出值';
  }
}

function detailText(detail: ProblemDetail): string {
  switch (detail.code) {
    case 'no-such-time':
      return '没有这一天，或没有这个时刻';
    case 'clock-skipped':
      return `在 ${detail.zone} 没有这个时刻：时钟拨快，跳过了 ${detail.time}`;
    case 'clock-twice': {
      const [first, second] = detail.offsets;
      return `在 ${detail.zone} 这个时刻出现了两次：时钟拨慢，${detail.time} 先是 ${first}，后是 ${second}；请写上是哪一个，如 ${detail.time}${first}`;
    }
    case 'date-form':
      return dateText(detail);
    case 'whole-number':
      return boundsText(detail.min, detail.max);
    case 'look-alike':
      return `与“${detail.like}”只有全角半角、大小写、空格或不可见字符的差别；请改成一样的写法`;
  }
}

function boundsText(min: number | null, max: number | null): string {
  if (min !== null && max !== null) return `必须是 ${min} 到 ${max} 的整数`;
  if (min !== null) return `必须是整数，不小于 ${min}`;
  return max === null ? '必须是整数' : `必须是整数，不大于 ${max}`;
}

const FORM_WORDS: Readonly<Record<DateForm, string>> = {
  'serial-date': '这是 Excel 的日期序号；请把该列设为文本后重新导出，或请技术人员声明 excelDate',
  'no-time': '只有日期，没有时刻；请补上时刻，或请技术人员声明 dateOnly',
  ambiguous: '分不清哪个是日、哪个是月；请写成 2024-03-05 的形式，或请技术人员声明格式',
  undeclared: '这种写法要先声明：请技术人员声明格式，或改成 2024-03-05 09:05 的形式',
  milliseconds: '这是从 1970 年起的毫秒数；请技术人员声明 epochMs',
  seconds: '这是从 1970 年起的秒数；请技术人员按秒换算',
  'short-year': '年份只有两位；请写四位',
  'no-year': '没有年份；请补上',
  'no-date': '只有时刻，没有日期；请补上日期',
  range: '这是起止时间；请技术人员声明 dateTimeRange',
  'odd-range': '这种起止时间的写法无法读取；请分成两列，或改成 2024-03-05 09:05-10:00 的形式',
  'date-as-text': '这是文本日期，不是 Excel 的日期序号；请技术人员改用 dateTime 或 dateOnly',
  'has-time': '带有时刻，而这里只要日期；请技术人员改用 dateTime',
  week: '这是一年中的第几周；请导出为某一天的日期',
  relative: '这是相对的日期（如今天、上周）；请导出为具体的日期',
  unknown: '无法读成日期；请写成 2024-03-05 09:05 的形式',
};

function dateText({
  form,
  formats,
  declared,
}: Extract<ProblemDetail, { readonly code: 'date-form' }>): string {
  const would =
    formats.length === 0 ? '' : `（可读的格式：${formats.map((one) => `\`${one}\``).join('、')}）`;
  if (declared === null) return `${FORM_WORDS[form]}${would}`;
  return `与同步规则声明的格式 \`${declared}\` 不符${would}；请改正，或请技术人员更正格式`;
}
