import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDigitColumn, isLongId, refuseLost } from '../../src/mapping/lost-digits.ts';

function columnOf(values: readonly string[]) {
  const column = createDigitColumn('a.csv', 'id');
  for (const [index, value] of values.entries()) if (isLongId(value)) column.add(value, index + 2);
  return column;
}

/** As Excel saves a number. */
const rounded = (id: string) => id.slice(0, 15).padEnd(id.length, '0');
const HEALTHY = ['6960663240925956437', '6960663240925956438', '6960663240925956439'];

describe('a column of ids', () => {
  it.each<[string, readonly string[], boolean]>([
    ['two ids of 19 digits that Excel saved', ['6960663240925950000', '6960663240925960000'], true],
    ['one of them, many times', Array.from({ length: 50 }, () => '6960663240925950000'), false],
    ['as many sound ones', ['6960663240925950000', '6960663240925960000', ...HEALTHY.slice(0, 2)], false],
    ['fewer sound ones', ['6960663240925950000', '6960663240925960000', ...HEALTHY.slice(0, 1)], true],
    [
      'six zeros together',
      ['1234567890123450', '1234567890123460', '12345678901234700', '12345678901234800'],
      false,
    ],
    [
      'seven zeros together',
      ['1234567890123450', '1234567890123460', '1234567890123470', '12345678901234700', '12345678901234800'],
      true,
    ],
    ['ids of 15 digits', ['696066324092000', '696066324093000', '696066324094000'], false],
    ['ids of 21 digits', ['696066324092595000000', '696066324092596000000'], false],
    ['leading zeros, which Excel would have dropped', ['0000000000000000000', '0960663240925960000'], false],
    [
      'words and short numbers besides',
      [
        '6960663240925950000',
        '6960663240925960000',
        ...Array.from({ length: 90 }, (_, index) => `A-${index}`),
      ],
      true,
    ],
  ])('with %s', (_what, values, lost) => {
    expect(columnOf(values).isLost()).toBe(lost);
  });

  it('is refused by name, without its values', () => {
    expect(() => refuseLost([columnOf(['6960663240925950000', '6960663240925960000'])])).toThrow(
      'a.csv, column "id": 2 of its 2 different ids of 16 to 20 digits have only zeros behind the 15th digit, so that different records become one. Excel keeps 15 digits; export again as text',
    );
  });

  it('tells which rows to look at where it passes', () => {
    const column = columnOf(['6960663240925950000', ...HEALTHY, '6960663240925950000']);
    expect(column.eye()).toEqual({
      code: 'zeros-behind-15-digits',
      file: 'a.csv',
      column: 'id',
      rows: 2,
      lines: [2, 6],
    });
    expect(columnOf(HEALTHY).eye()).toBeNull();
  });

  it('any ids, in any order, as often as they like: the count of the different ones decides', () => {
    const id = fc
      .tuple(
        fc.integer({ min: 16, max: 20 }),
        fc.bigInt({ min: 10n ** 19n, max: 10n ** 20n - 1n }),
        fc.boolean(),
      )
      .map(([length, digits, isRounded]) => {
        const text = String(digits).slice(0, length);
        return isRounded ? rounded(text) : text;
      });
    fc.assert(
      fc.property(fc.array(id, { maxLength: 20 }), fc.array(fc.nat(19), { maxLength: 20 }), (ids, again) => {
        const values = [...ids, ...again.flatMap((index) => ids[index] ?? [])];
        const distinct = [...new Set(values)];
        const zeros = distinct
          .filter((value) => /^0*$/.test(value.slice(15)))
          .map((value) => value.length - 15);
        const sum = zeros.reduce((all, count) => all + count, 0);
        expect(columnOf(values).isLost()).toBe(zeros.length * 2 > distinct.length && sum >= 7);
        expect(columnOf(values.toReversed()).isLost()).toBe(columnOf(values).isLost());
      }),
      { numRuns: 2000 },
    );
  });

  it('of a hundred thousand different ones is judged by a sample of them', () => {
    const idsOf = (share: number) =>
      Array.from({ length: 100_000 }, (_, index) => {
        const id = `6960663${String(240925950000 + index * 7919).padStart(12, '0')}`;
        // Not every other one in a row: a sample by place would be misled.
        return index < share * 100_000 ? `${String(696066320000000 + index)}0000` : id;
      });
    expect(columnOf(idsOf(0.45)).isLost()).toBe(false);
    expect(columnOf(idsOf(0.55)).isLost()).toBe(true);
    expect(columnOf(idsOf(0.55)).complaint()).toMatch(
      /about 5[0-9]{4} of its about (9|10)[0-9]{4} different ids/,
    );
  });
});
