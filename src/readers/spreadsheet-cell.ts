/**
 * Whether a spreadsheet (Excel, WPS, LibreOffice) that opens a CSV file and saves it makes one text out of another
 * without anybody touching the cell: `418273645099999901` → `4.18274E+17`, `00123` → `123`, `2024-02-15 12:00` →
 * `2024/2/15 12:00`, `true` → `TRUE`. Several texts become the same one: that somebody typed it cannot be excluded.
 */
export function spreadsheetMakes(before: string, after: string): boolean {
  if (before === after) return false;
  return isSameText(before, after) || isSameNumber(before, after) || isSameMoment(before, after);
}

// A spreadsheet cuts the text of a cell here.
const CELL_LIMIT = 32_767;

function isSameText(before: string, after: string): boolean {
  // Line ends within a cell; a column too narrow for a number or a date; a truth value; a text that is too long.
  if (withLf(before) === withLf(after)) return true;
  if (/^#+$/.test(after)) return isNumber(before) || momentsIn(before).length > 0;
  if (/^(TRUE|FALSE)$/.test(after)) return before.toUpperCase() === after;
  return before.length > CELL_LIMIT && after.length === CELL_LIMIT && before.startsWith(after);
}

const withLf = (text: string) => text.replaceAll(/\r\n?/g, '\n');

const PLAIN_NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$/;
const isNumber = (text: string) => PLAIN_NUMBER.test(text);
// A spreadsheet keeps 15 digits of a number.
const DIGITS = 15;

function isSameNumber(before: string, after: string): boolean {
  // Thousands are grouped where a column was given that form.
  const now = /^[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$/.test(after) ? after.replaceAll(',', '') : after;
  if (!isNumber(before) || !isNumber(now)) return false;
  const scientific = /^([+-]?[0-9](?:\.([0-9]+))?)[eE]([+-]?[0-9]+)$/.exec(now);
  if (scientific !== null && !/[eE]/.test(before)) {
    const [, mantissa = '', decimals = '', exponent = ''] = scientific;
    return rounded(before, decimals.length).some(
      (shown) => shown === `${Number(mantissa).toFixed(decimals.length)}e${signed(exponent)}`,
    );
  }
  return digitsOf(before) === digitsOf(now);
}

/** The number as it is shown with so many decimals in scientific notation: as it is, and with the digits beyond the 15th gone. */
function rounded(text: string, decimals: number): readonly string[] {
  return [text, cutTo15(text)].map((one) => Number(one).toExponential(decimals));
}

const signed = (exponent: string) =>
  Number(exponent) < 0 ? String(Number(exponent)) : `+${Number(exponent)}`;

/** One text for all that are the same number to a spreadsheet. */
function digitsOf(text: string): string {
  if (/[eE]/.test(text)) return String(Number(text));
  const [, sign = '', whole = '', decimals = ''] =
    /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/.exec(cutTo15(text)) ?? [];
  const shown = `${whole.replace(/^0+(?=.)/, '')}.${decimals.replace(/0+$/, '')}`;
  return `${sign === '-' && /[1-9]/.test(shown) ? '-' : ''}${shown}`;
}

function cutTo15(text: string): string {
  let seen = 0;
  return text.replaceAll(/[0-9]/g, (digit) => {
    if (seen > 0 || digit !== '0') seen++;
    return seen > DIGITS ? '0' : digit;
  });
}

/** A date, a time of day or both, as far as a text says it; a month and a day have no year. */
interface Moment {
  readonly date: string;
  /** `hh:mm`; '' without one. */
  readonly time: string;
  readonly seconds: string;
}

function isSameMoment(before: string, after: string): boolean {
  const was = momentsIn(before);
  if (was.length === 0) return false;
  return momentsIn(after).some((now) =>
    was.some(
      ({ date, time, seconds }) =>
        (now.date === date || (now.date.length > date.length && date !== '' && now.date.endsWith(date))) &&
        (now.time === time || (time === '00:00' && now.time === '')) &&
        // Seconds are not shown unless a column was given that form.
        (now.seconds === seconds || now.seconds === '' || (seconds === '' && now.seconds === '00')),
    ),
  );
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TIME =
  '(?:(?:[ T]+|^)([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\\.0+)?)?(?: ?([AaPp][Mm]|上午|下午))?)?$';
const FORMS = [
  // 2024-2-5, 2024/02/05, 2024.2.5, 2024年2月5日
  ['ymd', new RegExp(`^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?${TIME}`)],
  ['?', new RegExp(`^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})${TIME}`)],
  ['dMy', new RegExp(`^([0-9]{1,2})[- ]([A-Za-z]{3,9})[- ]([0-9]{4}|[0-9]{2})${TIME}`)],
  // 3-4, 3/4, 3月4日, 4-Mar: what becomes of a text such as 3-4.
  ['md', /^([0-9]{1,2})[-/月]([0-9]{1,2})日?$/],
  ['dM', /^([0-9]{1,2})[- ]([A-Za-z]{3,9})$/],
  ['time', new RegExp(`^()()()(?=[0-9])${TIME}`)],
] as const;

/** What a text may say to a spreadsheet; several where day and month may be either. */
function momentsIn(text: string): readonly Moment[] {
  return FORMS.flatMap(([form, pattern]) => {
    const found = pattern.exec(text);
    if (found === null) return [];
    const [, a = '', b = '', c = '', hour, minute = '', seconds = '', half = ''] = found;
    const time = hour === undefined ? '' : `${two(hourOf(hour, half))}:${minute}`;
    return datesOf(form, a, b, c).map((date) => ({ date, time, seconds }));
  });
}

function datesOf(form: (typeof FORMS)[number][0], a: string, b: string, c: string): readonly string[] {
  const month = MONTHS.indexOf(b.slice(0, 3).toLowerCase()) + 1;
  switch (form) {
    case 'ymd':
      return dates(a, b, c);
    case '?':
      return [...dates(c, a, b), ...dates(c, b, a)];
    case 'dMy':
      return dates(c, String(month), a);
    case 'md':
      return dates('', a, b);
    case 'dM':
      return dates('', String(month), a);
    case 'time':
      return [''];
  }
}

/**
 * `2024-02-05`, `-02-05` without a year; none where a spreadsheet would leave the text as it is: there is no such day. Which
 * century two digits mean is a setting of the machine: either.
 */
function dates(year: string, month: string, day: string): readonly string[] {
  if (year.length === 2) return ['19', '20'].flatMap((century) => dates(century + year, month, day));
  const [m, d] = [Number(month), Number(day)];
  const y = year === '' ? 2024 : Number(year);
  const date = new Date(Date.UTC(y, m - 1, d));
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return [];
  return [`${year === '' ? '' : y}-${two(m)}-${two(d)}`];
}

function hourOf(hour: string, half: string): number {
  if (half === '') return Number(hour);
  return (Number(hour) % 12) + (/^[Pp]|下午/.test(half) ? 12 : 0);
}

const two = (value: number) => String(value).padStart(2, '0');
