import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonRecord } from '../../src/readers/json-record.ts';

const spelling = fc.oneof(
  fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/),
  fc.stringMatching(/^-?(0|[1-9][0-9]{14,16})$/),
  fc.stringMatching(/^-?[0-9]\.0{0,8}[0-9]{0,3}0?$/).filter((text) => !text.endsWith('.')),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => String(value).replace('e+', 'e')),
  fc.constantFrom('-0', '0', '1e400', '9007199254740992', '1e-7', '0.0000001', '123456789012345.6'),
);
const space = fc.constantFrom('', ' ', '\n', '\r\n\t');
const texts = fc.oneof(fc.string(), fc.constantFrom('6960663240925956437', 'a: 1e5', '-0', '[1.10', '1.0'));

/** A number only if it prints as it is written, and is exact. */
function expected(written: string): number | string {
  const value = Number(written);
  const exact = Number.isSafeInteger(value) || !Number.isInteger(value);
  return exact && String(value) === written ? value : written;
}

it('a number is one only if it prints as it is written, wherever it stands', () => {
  const property = fc.property(spelling, spelling, spelling, space, texts, (a, b, c, gap, other) => {
    const beside = JSON.stringify(other);
    const text = `{"x":${beside},"a":${gap}${a}${gap},"list":[${gap}${b},${gap}${c}${gap}],"in":{"c":${c}},"y":${gap}${beside}}`;
    const { values } = jsonRecord('a.json', { text, line: 1, column: 1 });
    expect(values).toEqual({
      x: other,
      a: expected(a),
      list: [expected(b), expected(c)],
      in: { c: expected(c) },
      y: other,
    });
  });
  fc.assert(property, { numRuns: 2_000 });
});
