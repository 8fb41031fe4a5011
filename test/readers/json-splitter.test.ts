import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonRecord } from '../../src/readers/json-record.ts';
import { createArraySplitter, type Element } from '../../src/readers/json-splitter.ts';
import { findFault } from '../../src/readers/json-syntax.ts';

function split(text: string, size: number, at?: string) {
  const splitter = createArraySplitter({ file: 'a.json', at, limit: 1e6 });
  const elements: Element[] = [];
  for (let from = 0; from < text.length; from += size)
    elements.push(...splitter.push(text.slice(from, from + size)));
  splitter.end();
  return { elements, failure: splitter.failure };
}

const parsed = (elements: readonly Element[]) => elements.map(({ text }) => JSON.parse(text ?? 'x'));
const anyText = fc.tuple(
  fc.array(fc.jsonValue({ noUnicodeString: false }), { maxLength: 5 }),
  fc.constantFrom(0, 1, '\t', '\r\n'),
);
const size = fc.integer({ min: 1, max: 12 });

test('any array: the elements are those of JSON.parse, whatever the size of the chunks', () => {
  fc.assert(
    fc.property(anyText, size, ([values, indent], chunk) => {
      const text = JSON.stringify(values, null, indent);
      const { elements, failure } = split(text, chunk);
      expect(failure).toBeUndefined();
      expect(parsed(elements)).toEqual(JSON.parse(text));
      // Its line and column are where the element's text really stands.
      for (const { text: element = '', line, column } of elements) {
        expect(text.split('\n')[line - 1]?.startsWith(element.split('\n')[0] ?? '', column - 1)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('any object around it: the array of the member is found', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      anyText,
      size,
      (around, [values, indent], chunk) => {
        const whole = { ...around, data: values, z: around };
        const { elements, failure } = split(JSON.stringify(whole, null, indent), chunk, 'data');
        expect(failure).toBeUndefined();
        expect(parsed(elements)).toEqual(JSON.parse(JSON.stringify(values)));
      },
    ),
    { numRuns: 300 },
  );
});

test('any damage: the same elements and the same failure, whatever the size of the chunks', () => {
  fc.assert(
    fc.property(
      anyText,
      fc.nat(),
      fc.constantFrom('', ',', '"', ']', '{', '\\', ' 1', ':'),
      size,
      ([values], where, piece, chunk) => {
        const intact = JSON.stringify(values);
        const at = where % (intact.length + 1);
        const text = intact.slice(0, at) + piece + intact.slice(at + (piece === '' ? 1 : 0));
        const whole = split(text, text.length + 1);
        const pieces = split(text, chunk);
        expect(pieces.elements).toEqual(whole.elements);
        expect(pieces.failure?.message).toBe(whole.failure?.message);
        // A text that JSON refuses is never read as if nothing were wrong.
        const broken = whole.elements.some(({ text: element = '' }) => findFault(element) !== undefined);
        if (!isJson(text)) expect(whole.failure !== undefined || broken).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
});

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test('the slow parser finds a fault where JSON.parse does, and only there', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom('', '0', '-', '.', 'e', '"', '\\', '\n', ',', '}', '[', 'x'),
      (value, where, piece) => {
        const intact = JSON.stringify(value);
        expect(findFault(intact)).toBeUndefined();
        const at = where % (intact.length + 1);
        const text = intact.slice(0, at) + piece + intact.slice(at + (piece === '' ? 1 : 0));
        const fault = findFault(text);
        if (fault?.what.includes('twice')) return;
        expect(fault === undefined).toBe(isJson(text));
      },
    ),
    { numRuns: 2000 },
  );
});

test('no number changes: it is the double that prints the same decimal, or its own text', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
  const number = fc.tuple(
    fc.constantFrom('', '-'),
    digits,
    fc.option(digits),
    fc.option(fc.integer({ min: -400, max: 400 })),
  );
  const scaled = (text: string) => {
    const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
    const [whole = '', fraction = ''] = mantissa.split('.');
    return BigInt(whole + fraction) * 10n ** BigInt(Number(power) - fraction.length + 1000);
  };
  fc.assert(
    fc.property(number, ([sign, whole, fraction, power]) => {
      const text = `${sign}${whole.replace(/^0+(?=.)/, '')}${fraction === null ? '' : `.${fraction}`}${power === null ? '' : `e${power}`}`;
      const { v } = jsonRecord('a', { text: `{"v":${text}}`, line: 1, column: 1 }).values;
      if (typeof v === 'string') expect(v).toBe(text);
      else {
        expect(scaled(String(v))).toBe(scaled(text));
        expect(Number.isInteger(v) && !Number.isSafeInteger(v)).toBe(false);
      }
    }),
    { numRuns: 2000 },
  );
});
