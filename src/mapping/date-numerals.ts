const DIGITS = '〇一二三四五六七八九';
// What stands for a zero in a year: the numeral, and two signs that look like it.
const ZERO = /[零○◯]/g;
const NUMBER = /[〇零○◯一二三四五六七八九十]+(?=[年月日号时点分秒])/g;
const YEAR = /[〇零○◯一二三四五六七八九]{4}年/;

/** `二〇二四年三月五日` → `2024年3月5日`; a text without a year in Chinese numerals stays as it is. */
export function withArabicNumerals(text: string): string {
  return YEAR.test(text) ? text.replaceAll(NUMBER, (word) => numberIn(word) ?? word) : text;
}

/** Digit by digit (二〇二四), or with tens up to 99 (十, 三十一). */
function numberIn(word: string): string | undefined {
  const numeral = word.replaceAll(ZERO, '〇');
  if (!numeral.includes('十')) return [...numeral].map((letter) => DIGITS.indexOf(letter)).join('');
  const parts = /^([一二三四五六七八九]?)十([一二三四五六七八九]?)$/.exec(numeral);
  if (parts === null) return undefined;
  const [, tens = '', ones = ''] = parts;
  return String((tens === '' ? 1 : DIGITS.indexOf(tens)) * 10 + (ones === '' ? 0 : DIGITS.indexOf(ones)));
}
