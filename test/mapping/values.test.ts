import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { integer, optional, ordered, required, valueMap } from '../../src/mapping/values.ts';
import { problemOf } from './problem-of.ts';

describe('valueMap', () => {
  const verdict = valueMap({ 不通过: 1, 通过: 2, 待定: 3 });

  it('maps whole words', () => {
    expect(['不通过', '通过', '待定'].map(verdict)).toEqual([1, 2, 3]);
  });

  it.each(['通过了', '未通过', '通', ' 通过', '通过 ', 'constructor', '__proto__', 'toString', '0'])(
    'refuses %j and lists the allowed words',
    (word) => {
      const problem = problemOf(() => verdict(word));
      expect(problem).toMatchObject({
        code: 'VALUE_UNKNOWN',
        value: word,
        allowed: ['不通过', '通过', '待定'],
      });
      expect(problem.message).toContain(`"${word}" is not a known word`);
      expect(problem.message).toContain('allowed: 不通过, 通过, 待定');
    },
  );

  it('says when only spaces are in the way', () => {
    expect(problemOf(() => verdict('通过 ')).message).toContain(
      '"通过 " is not a known word: it has spaces around it; declare normalise: [\'trim\'] for the column',
    );
  });

  it.each([
    [
      '通\u200B过',
      String.raw`"通\u{200B}过" is not a known word: it has U+200B zero width space as character 2`,
    ],
    ['通过\u00A0', String.raw`"通过\u{A0}" is not a known word: it has U+00A0 no-break space as character 3`],
    ['\uFEFF通过', 'U+FEFF byte order mark'],
    ['#N/A', 'is an error of a spreadsheet formula (a look-up found nothing)'],
    ['########', 'the column was too narrow'],
    ['="通过"', 'is wrapped in ="…"'],
    ['=A1', 'is a formula, not its value'],
    ['\uD800', String.raw`"\u{D800}" is not a known word: it has U+D800 half a surrogate pair`],
  ])('names what is wrong with %j', (word, message) => {
    expect(problemOf(() => verdict(word))).toMatchObject({
      code: 'VALUE_UNKNOWN',
      value: word,
      message: expect.stringContaining(message),
    });
  });

  it('evens nothing out, and says when only the looks differ', () => {
    const latin = valueMap({ Pass: 2, 'Résumé (a)': 1 });
    for (const [word, known] of [
      ['PASS', 'Pass'],
      ['Re\u0301sume\u0301 (a)', 'Résumé (a)'],
      ['Résumé（a）', 'Résumé (a)'],
      ['Résumé(a)', 'Résumé (a)'],
    ]) {
      expect(problemOf(() => latin(word)).message).toContain(
        `is not a known word: it differs from "${known}" in width, case, spaces or Unicode form only; allowed:`,
      );
    }
    expect(problemOf(() => verdict('不合格')).message).toBe(
      '"不合格" is not a known word; allowed: 不通过, 通过, 待定',
    );
  });

  it('takes as a word what the table lists, whatever it is', () => {
    expect(valueMap({ '#N/A': undefined, 通过: 2 })('#N/A')).toBeUndefined();
  });

  it.each(['', null, undefined])('refuses the empty cell %j unless the table lists it', (value) => {
    expect(problemOf(() => verdict(value))).toMatchObject({ code: 'VALUE_MISSING', value: '' });
    expect(valueMap({ '': undefined, 通过: 2 })(value)).toBeUndefined();
    expect(valueMap({ '': 3, 通过: 2 })(value)).toBe(3);
  });

  it('matches JSON numbers and booleans by their text', () => {
    const yesNo = valueMap({ 1: 'a', 0: 'b', true: 'c', false: 'd' });
    expect([1, 0, '1', true, false].map(yesNo)).toEqual(['a', 'b', 'a', 'c', 'd']);
  });

  it('needs a word', () => {
    expect(() => valueMap({})).toThrow('at least one word');
  });

  it('never maps a word that the table does not list', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        fc.pre(!['', '不通过', '通过', '待定'].includes(word));
        expect(problemOf(() => verdict(word)).code).toBe('VALUE_UNKNOWN');
      }),
    );
  });
});

describe('integer', () => {
  it.each([
    ['7', 7],
    ['0', 0],
    ['-7', -7],
    [7, 7],
    [-0, 0],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ])('%j gives %j', (value, expected) => {
    expect(integer(value)).toBe(expected);
  });

  it.each([
    ['52.5', 'is not a whole number; it is never rounded'],
    ['7.0', 'never rounded'],
    ['52,5', 'never rounded'],
    [52.5, 'is not a whole number'],
    ['１２', 'has U+FF11 full-width 1 as character 1'],
    ['1\u200B2', 'has U+200B zero width space as character 2'],
    ['1.2E+05', 'is in scientific notation'],
    ['####', 'the column was too narrow'],
    ['#DIV/0!', 'is an error of a spreadsheet formula (a division by zero)'],
    ['="5"', 'is wrapped in ="…"'],
    ['1e3', 'only the digits 0-9'],
    ['+7', 'only the digits 0-9'],
    ['0x10', 'only the digits 0-9'],
    ['100分', 'only the digits 0-9'],
    ['A', 'only the digits 0-9'],
    ['-0', 'write 0'],
    [' 7', 'has spaces around it'],
    ['7\n', 'has spaces around it'],
    ['007', 'has leading zeros'],
    ['00', 'has leading zeros'],
    ['9007199254740993', 'would lose digits'],
    [1e21, 'would lose digits'],
    [Number.NaN, 'is not a whole number'],
    [true, 'is not a number'],
    [[7], 'is not a number'],
  ])('refuses %j: %s', (value, message) => {
    const problem = problemOf(() => integer(value));
    expect(problem.code).toBe('NUMBER_INVALID');
    expect(problem.message).toContain(message);
  });

  it('keeps to its range', () => {
    expect(integer('1', { min: 1, max: 5 })).toBe(1);
    expect(integer('5', { min: 1, max: 5 })).toBe(5);
    expect(problemOf(() => integer('6', { min: 1, max: 5 })).message).toContain('a whole number from 1 to 5');
    expect(problemOf(() => integer('0', { min: 1 })).message).toContain('a whole number, 1 or more');
    expect(problemOf(() => integer('6', { max: 5 })).message).toContain('a whole number, 5 or less');
  });

  it('refuses an empty cell', () => {
    expect(problemOf(() => integer(''))).toMatchObject({
      code: 'VALUE_MISSING',
      message: 'is empty; it must be a whole number',
    });
  });

  it('reads back every safe integer', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (number) => {
        expect(integer(String(number))).toBe(number);
      }),
    );
  });
});

describe('required and optional', () => {
  it('required gives the text, untouched', () => {
    expect(required(' a ')).toBe(' a ');
    expect(required(7)).toBe('7');
  });

  it.each([
    ...['6.96066E+18', '1.38001E+10', '########', '#N/A', '#REF!', '#VALUE!', '#NAME?', '#DIV/0!'],
    ...['#NULL!', '#NUM!', '="13800138000"'],
  ])('required refuses %s', (value) => {
    const { code, message } = problemOf(() => required(value));
    expect(code).toBe('CELL_INVALID');
    expect(message).toContain(`"${value}" is `);
  });

  it.each(['7E05', '1e5', '=> 复试', '# 1', '#1', 'N/A', '=1+1', '1.38001'])('required keeps %s', (value) => {
    expect(required(value)).toBe(value);
  });

  it.each(['', null, undefined, ' ', '\t\n', '\u3000', '\u200B', '\uFEFF '])(
    'required refuses %j',
    (value) => {
      expect(problemOf(() => required(value))).toMatchObject({
        code: 'VALUE_MISSING',
        message: 'is empty, but is required',
      });
    },
  );

  it('required refuses a list', () => {
    expect(problemOf(() => required(['a'])).code).toBe('CELL_INVALID');
  });

  it('optional converts what is there', () => {
    expect(['', null, undefined].map((value) => optional(value, integer))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(optional('7', integer)).toBe(7);
    expect(optional(0, integer)).toBe(0);
    expect(problemOf(() => optional('x', integer)).code).toBe('NUMBER_INVALID');
  });
});

describe('ordered', () => {
  it('sorts whole numbers by value, before everything else in code point order', () => {
    const rows = ['b', '10', '9', '', '1a', '007', '-3', '99999999999999999999', '\u{1F600}', '\uFF5E'].map(
      (no) => ({ no }),
    );
    expect(ordered(rows, 'no').map(({ no }) => no)).toEqual([
      ...['-3', '007', '9', '10', '99999999999999999999'],
      ...['', '1a', 'b', '\uFF5E', '\u{1F600}'],
    ]);
  });

  it('gives a shuffled export the same order, whatever the cells hold', () => {
    const cell = fc.oneof(
      fc.string(),
      fc.integer({ min: -20, max: 20 }).map(String),
      fc.constantFrom('9', '10', '1a', '09'),
    );
    const rows = fc.uniqueArray(fc.tuple(cell, cell), {
      selector: ([, id]) => id,
      comparator: (a, b) => String(a) === String(b),
    });
    fc.assert(
      fc.property(
        rows.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          const order = (list: typeof all) =>
            ordered(
              list.map(([no, id]) => ({ no, id })),
              'no',
              'id',
            ).map(({ id }) => id);
          fc.pre(new Set(all.map(([, id]) => (/^-?[0-9]+$/.test(id) ? Number(id) : id))).size === all.length);
          expect(order(shuffled)).toEqual(order(all));
        },
      ),
    );
  });

  it('is stable and leaves the rows alone', () => {
    const rows = Object.freeze([
      { no: '2', id: 'a' },
      { no: '1', id: 'b' },
      { no: '2', id: 'c' },
      { no: '1', id: 'd' },
    ]);
    expect(ordered(rows, 'no').map(({ id }) => id)).toEqual(['b', 'd', 'a', 'c']);
  });
});
