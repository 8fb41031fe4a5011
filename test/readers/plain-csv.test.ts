import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CsvBatch, createCsvParser } from '../../src/readers/csv-parser.ts';
import { createRecordParser, type RecordParser } from '../../src/readers/plain-csv.ts';

const LIMIT = 60;

/** All that a parser finds in a text that arrives in these pieces. */
async function readAll(parser: RecordParser, pieces: readonly string[]) {
  const records: unknown[] = [];
  const take = ({ records: found, lines, blanks, stray, end, failure }: CsvBatch) => {
    for (const [index, cells] of found.entries()) {
      const odd = stray.get(index);
      const quotes = odd === undefined ? undefined : [odd.cells, odd.failure.kind, odd.failure.line];
      records.push([cells, lines[index], blanks[index], quotes]);
    }
    return { end, failure: failure === undefined ? undefined : [failure.kind, failure.line] };
  };
  for (const piece of pieces) {
    const { failure } = take(await parser.write(piece));
    if (failure !== undefined) return { records, failure };
  }
  return { records, ...take(await parser.end()) };
}

const PARTS = [
  'a',
  '1',
  '通过',
  '𠀀',
  ' ',
  '',
  ',',
  ',',
  ';',
  '\n',
  '\n',
  '\r\n',
  '\r',
  '"',
  '""',
  '\u0000',
  '\ufeff',
];
const cell = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('a', '通过', '', '007', 'x;y', 'a much longer cell than the others'),
  },
  {
    weight: 4,
    arbitrary: fc
      .array(fc.constantFrom('a', '通过', ',', '\n', '\r\n', '\r', '""', '𠀀'), { maxLength: 4 })
      .map((parts) => `"${parts.join('')}"`),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...PARTS), { maxLength: 3 }).map((all) => all.join('')),
  },
);
const text = fc
  .record({
    rows: fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 12 }),
    lineEnds: fc.array(fc.constantFrom('\n', '\n', '\n\n', '\r\n', '\r\n\r\n', '\r'), {
      minLength: 1,
      maxLength: 3,
    }),
    last: fc.boolean(),
  })
  .map(({ rows, lineEnds, last }) => {
    const lines = rows.map((cells, index) => cells.join(',') + (lineEnds[index % lineEnds.length] ?? '\n'));
    const whole = lines.join('');
    return last ? whole : whole.replace(/[\r\n]+$/, '');
  });

/** In pieces of these lengths, never between the halves of a surrogate pair. */
function cut(whole: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  let left = [...whole];
  for (let at = 0; left.length > 0; at++) {
    const length = lengths[at % lengths.length] ?? 1;
    pieces.push(left.slice(0, length).join(''));
    left = left.slice(length);
  }
  return pieces;
}

describe('the short cut past csv-parse', () => {
  it.each(['\n', '\r'] as const)(
    'finds what csv-parse finds, however the text is cut (%j)',
    async (lineEnd) => {
      await fc.assert(
        fc.asyncProperty(
          text,
          fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
          fc.constantFrom(LIMIT, 10_000),
          async (whole, lengths, limit) => {
            const options = { delimiter: ',', lineEnd, limit };
            const expected = await readAll(createCsvParser(options), [whole]);
            expect(await readAll(createRecordParser(options), cut(whole, lengths))).toEqual(expected);
          },
        ),
        {
          numRuns: 2000,
          // Records that begin with what ends lines elsewhere.
          examples: [
            ['\r\n\r\n\n\r\n\r\n\n\r\n\r\n""', [1], 60],
            ['\r\r\n\r\n\r\r\n\r\n', [1], 60],
            ['\r\r\n\r\n\r\na', [1], 60],
          ],
        },
      );
    },
  );

  it('gives a record that is never closed to csv-parse, which tells where it begins', async () => {
    const pieces = ['a,b\n\n', '1,"x\n', ...Array.from({ length: 40 }, () => `${'y'.repeat(99_999)}\n`)];
    const parser = createRecordParser({ delimiter: ',', lineEnd: '\n', limit: 3_000_000 });
    const { records, failure } = await readAll(parser, pieces);
    expect(records).toEqual([[['a', 'b'], 1, 0, undefined]]);
    expect(failure).toEqual(['too-long', 3]);
  });
});
