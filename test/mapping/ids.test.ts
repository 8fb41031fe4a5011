import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKey, id } from '../../src/mapping/ids.ts';
import { createNormaliser } from '../../src/readers/normalise.ts';
import { problemOf } from './problem-of.ts';

describe('id', () => {
  it.each([
    '007',
    'aB-c',
    'A',
    '6960663240925956437',
    '0',
    '面试-1',
    '校招（2024）001',
    '7E05',
    '1e5',
    'a😀b',
  ])('keeps %s as it is', (value) => {
    expect(id(value)).toBe(value);
  });

  it('takes a whole JSON number', () => {
    expect([id(7), id(-0), id(9_007_199_254_740_991)]).toEqual(['7', '0', '9007199254740991']);
    for (const number of [7.5, 2 ** 53, Number.NaN, 1e21]) {
      expect(problemOf(() => id(number))).toMatchObject({
        code: 'CELL_INVALID',
        message: expect.stringContaining('is a number that cannot be an id'),
      });
    }
  });

  it.each([
    ['6.96066E+18', 'is in scientific notation: a spreadsheet dropped its digits, and an id is lost'],
    ['1.38001E+10', 'export the column again as text'],
    ['6,96066E+18', 'is in scientific notation'],
    ['1e+21', 'is in scientific notation'],
    ['########', 'the column was too narrow when the sheet was saved'],
    ['#N/A', 'a look-up found nothing'],
    ['#REF!', 'a cell it refers to was removed'],
    ['#VALUE!', 'the wrong kind of value'],
    ['#NAME?', 'an unknown name'],
    ['#DIV/0!', 'a division by zero'],
    ['#NULL!', 'ranges that do not meet'],
    ['#NUM!', 'an impossible number'],
    ['="13800138000"', "protects digits from Excel; declare normalise: ['excel-guard']"],
    ['=1+1', 'is a formula, not its value'],
    ['１２３', 'has U+FF11 full-width 1 as character 1'],
    ['aＢ', 'has U+FF22 full-width B as character 2'],
    ['1\u00A02', 'has U+00A0 no-break space as character 2'],
    ['1\u200B2', 'has U+200B zero width space as character 2'],
    ['\uFEFF12', 'has U+FEFF byte order mark (zero width no-break space) as character 1'],
    ['1\u202E2', 'has U+202E invisible character as character 2'],
    ['1\u3000', 'has U+3000 ideographic space as character 2'],
    [' 12', 'has spaces around it'],
    ['12\n', 'has spaces around it'],
    ['1 2', 'has a space as character 2; an id has none'],
    ['1\t2', 'has a space as character 2'],
    ['1\u00072', 'has U+0007 control character as character 2'],
    ['1\u00002', 'has U+0000 NUL as character 2'],
    ['1\uFFFD', 'has U+FFFD replacement character'],
    ['😀\uDC00', 'has U+DC00 half a surrogate pair as character 2'],
  ])('refuses %j: %s', (value, message) => {
    expect(problemOf(() => id(value))).toMatchObject({
      code: 'CELL_INVALID',
      value,
      message: expect.stringContaining(message),
    });
  });

  it.each(['', null, undefined])('refuses the empty cell %j', (value) => {
    expect(problemOf(() => id(value)).code).toBe('VALUE_MISSING');
  });

  it.each([true, ['7'], { a: 1 }])('refuses %j', (value) => {
    expect(problemOf(() => id(value)).message).toBe('is no id: it must be text or a whole number');
  });

  it('never changes a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
        let result: string;
        try {
          result = id(value);
        } catch {
          return;
        }
        expect(result).toBe(value);
        expect(result).not.toMatch(/[\s\p{Cc}\p{Cf}\p{Cs}\uFFFD]/u);
      }),
    );
  });
});

describe('the remedy in a message', () => {
  it.each([
    ['１２', 'full-width'],
    ['1\u200B2', 'zero-width'],
    ['1\u00A02', 'nbsp'],
    ['="12"', 'excel-guard'],
    [' 12', 'trim'],
  ] as const)('for %j is the option of the reader that changes it', (value, option) => {
    const { message } = problemOf(() => id(value));
    expect(message).toContain(`; declare normalise: ['${option}'] for the column, or export again`);
    expect(createNormaliser([option])(value)).not.toBe(value);
  });

  it.each(['1\u00AD2', '1\u00002', '1\u20282', '1 2', '########'])('is not promised for %j', (value) => {
    expect(problemOf(() => id(value)).message).not.toContain('normalise');
  });
});

describe('hashKey', () => {
  it('is stable, and different for other parts, other order and other borders between them', () => {
    const keys = [hashKey('ab', 'c'), hashKey('a', 'bc'), hashKey('c', 'ab'), hashKey('ab', 'c', 'd')];
    expect(hashKey('ab', 'c')).toBe(keys[0]);
    expect(new Set(keys).size).toBe(4);
    expect(keys[0]).toMatch(/^[0-9a-f]{24}$/);
  });

  it('refuses an empty or destroyed part', () => {
    expect(() => hashKey('a', '')).toThrow(/is empty/);
    expect(() => hashKey('1.38001E+10')).toThrow(/scientific notation/);
  });
});
