import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dateTime } from '../../src/mapping/dates.ts';
import { hashKey, id } from '../../src/mapping/ids.ts';
import { joinText } from '../../src/mapping/text.ts';
import { integer, required, valueMap } from '../../src/mapping/values.ts';
import { problemOf } from './problem-of.ts';

const WORDS = ['\\N', 'NULL', 'null', 'None', 'nan', 'NaN', 'undefined', '(null)', '[object Object]'];
// Names of people, of things, and what a person wrote on purpose.
const NAMES = [
  'Null',
  'Nan',
  'none',
  'nil',
  'N/A',
  '<null>',
  '无',
  'None Li',
  'nullable',
  '\\n',
  '(无)',
  'Undefined',
];

describe('a word for nothing', () => {
  it.each(WORDS)('%s is no value, and no id', (word) => {
    for (const read of [required, id, hashKey]) {
      const problem = problemOf(() => read(word));
      expect(problem).toMatchObject({ code: 'VALUE_MISSING', value: word });
      expect(problem.message).toContain(`"${word}" stands for nothing in many exports`);
      expect(problem.message).toContain(`empty: ['${word.replaceAll('\\', '\\\\')}']`);
      expect(problem.message).toContain('or empty: [] if it is a value');
    }
  });

  it.each(NAMES)('%s is a value', (word) => {
    expect(required(word)).toBe(word);
    if (!word.includes(' ')) expect(id(word)).toBe(word);
  });

  it('is "-" in an id, and nowhere else', () => {
    expect(problemOf(() => id('-'))).toMatchObject({ code: 'VALUE_MISSING' });
    expect(required('-')).toBe('-');
    expect(id('A-1')).toBe('A-1');
  });

  it('is named where it is no date, no number and no known word', () => {
    for (const read of [(v: string) => dateTime(v, 'UTC'), integer, valueMap({ 通过: 2 })]) {
      expect(problemOf(() => read('\\N')).message).toContain("declare empty: ['\\\\N'] for its file");
    }
  });

  it('is exactly the word: with anything beside it, required takes it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...WORDS), fc.string({ minLength: 1 }), (word, more) => {
        for (const value of [`${word}x${more}`, `${more}x${word}`, `王${word}`])
          expect(required(value)).toBe(value);
      }),
    );
  });
});

describe('joinText', () => {
  it('leaves empty parts out, and has nothing to say of nothing', () => {
    expect(joinText('\n', '低风险', undefined, '', 'ok', null)).toBe('低风险\nok');
    expect(joinText(' · ', '', null)).toBeUndefined();
    expect(joinText(' ', 'a', 0, false)).toBe('a 0 false');
    expect(problemOf(() => joinText(' ', 'a', { b: 1 }))).toMatchObject({ code: 'CELL_INVALID' });
  });

  it('never writes a word for what is not there', () => {
    const part = fc.option(fc.string({ unit: fc.constantFrom('a', '王', ' ') }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const there = parts.filter((text) => text !== undefined && text !== '');
        expect(joinText('|', ...parts) ?? '').toBe(there.join('|'));
      }),
    );
  });
});
