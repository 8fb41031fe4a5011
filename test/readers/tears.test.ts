import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { createRowReader } from '../../src/readers/csv-rows.ts';
import { createRecordParser } from '../../src/readers/plain-csv.ts';
import { createTears, type Piece } from '../../src/readers/tears.ts';
import { readFile } from './reading.ts';

const COLUMNS = ['id', 'who', 'note'] as const;

/** What a file comes to: its rows by line, rejected ones with the code of their problem. */
async function rowsOf(text: string, options: Parameters<typeof csv>[1] = { columns: COLUMNS }) {
  const { records, files, error } = await readFile('a.csv', text, csv('a.csv', options));
  if (error !== undefined) throw error;
  expect(files[0]?.rows).toBe(records.length);
  return records.map(({ origin, values, problems }) =>
    problems === undefined
      ? [origin.line, Object.values(values).join('|')]
      : [origin.line, problems.map(({ code }) => code).join(' ')],
  );
}

const TORN = 'RECORD_UNREADABLE';

describe('a bare LF in a row of a CRLF file', () => {
  it.each<[string, string, unknown[]]>([
    [
      'in the last cell',
      'A,王,一\n二\r\nB,李,好\r\n',
      [
        [2, TORN],
        [4, 'B|李|好'],
      ],
    ],
    [
      'in the last cell of the last row',
      'A,王,好\r\nB,李,一\n二\r\n',
      [
        [2, 'A|王|好'],
        [3, TORN],
      ],
    ],
    [
      'in the last row, whose line is not ended',
      'A,王,好\r\nB,李,一\n二',
      [
        [2, 'A|王|好'],
        [3, TORN],
      ],
    ],
    [
      'with delimiters behind it',
      'A,王,一\n二,三,四,五\r\nB,李,好\r\n',
      [
        [2, TORN],
        [4, 'B|李|好'],
      ],
    ],
    [
      'in the middle cell',
      'A,王\n强,好\r\nB,李,好\r\n',
      [
        [2, TORN],
        [4, 'B|李|好'],
      ],
    ],
    [
      'in the first cell, so that the second piece looks whole',
      'A\nA,王,好\r\nB,李,好\r\n',
      [
        [2, TORN],
        [4, 'B|李|好'],
      ],
    ],
    [
      'twice',
      'A,王,一\n二\n三\r\nB,李,好\r\n',
      [
        [2, TORN],
        [5, 'B|李|好'],
      ],
    ],
    [
      'twice, with an empty line between',
      'A,王,一\n\n三\r\nB,李,好\r\n',
      [
        [2, TORN],
        [5, 'B|李|好'],
      ],
    ],
    [
      'in several cells',
      'A,王\n强,一\n二\r\nB,李,好\r\n',
      [
        [2, TORN],
        [5, 'B|李|好'],
      ],
    ],
    [
      'in two rows, one after the other',
      'A,王,一\n二\r\nB,李,一\n二\r\nC,赵,好\r\n',
      [
        [2, TORN],
        [4, TORN],
        [6, 'C|赵|好'],
      ],
    ],
    [
      'below a row with quotes, which csv-parse reads',
      'A,王,5" 屏\r\nB,李,一\n二\r\nC,赵,好\r\n',
      [
        [2, 'CELL_INVALID'],
        [3, TORN],
        [5, 'C|赵|好'],
      ],
    ],
  ])('%s: the row is rejected once', async (_what, rows, expected) => {
    expect(await rowsOf(`id,who,note\r\n${rows}`)).toEqual(expected);
  });

  it('is found below a header that ends with LF, and without a header', async () => {
    expect(await rowsOf('id,who,note\nA,王,一\n二\r\nB,李,好\r\n')).toEqual([
      [2, TORN],
      [4, 'B|李|好'],
    ]);
    expect(await rowsOf('A,王,一\n二\r\nB,李,好\r\n', { columns: COLUMNS, header: false })).toEqual([
      [1, TORN],
      [3, 'B|李|好'],
    ]);
  });

  it('tells both lines and the column and no cell; the reject file has the row as it was', async () => {
    const text = 'id,who,note\r\nA,王,不通过\n手机13800138000\r\nB,李,好\r\n';
    const { records } = await readFile('a.csv', text, csv('a.csv'));
    expect(records[0]).toMatchObject({
      values: { id: 'A', who: '王', note: '不通过\n手机13800138000' },
      problems: [{ field: 'note', value: '', unread: 'torn off, line 3: ["手机13800138000"]' }],
    });
    const message = records[0]?.problems?.[0]?.message ?? '';
    expect(message).toMatch(/^The records at lines 2 and 3 are one that was torn: .* end with CRLF/);
    expect(message).not.toMatch(/不通过|13800138000/);
  });
});

describe('line ends of both kinds', () => {
  it('do not matter where all rows are whole', async () => {
    const text = 'id,who,note\r\nA,王,好\nB,李,好\r\nC,赵,好\n\nD,钱,好\r\nE,孙,好';
    expect((await rowsOf(text)).map(([, row]) => row)).toEqual(
      ['A', 'B', 'C', 'D', 'E'].map((id, index) => `${id}|${'王李赵钱孙'[index]}|好`),
    );
  });

  it('tell of no tear where only some records end with CRLF, or none', async () => {
    const half = Array.from(
      { length: 20 },
      (_, index) => `R${index},王,好${index % 2 === 0 ? '\n' : '\r\n'}`,
    );
    expect((await rowsOf(`id,who,note\n${half.join('')}A,王,好\nB,李\r\n`)).slice(-2)).toEqual([
      [22, 'A|王|好'],
      [23, 'CELL_COUNT'],
    ]);
    expect(await rowsOf('id,who,note\nA,王,好\nB,李\nC,赵,好\n')).toEqual([
      [2, 'A|王|好'],
      [3, 'CELL_COUNT'],
      [4, 'C|赵|好'],
    ]);
  });

  it('leave a wrong row behind a CRLF alone, and a declared total row', async () => {
    expect(await rowsOf('id,who,note\r\nA,王,好\r\nB,李\r\nC,赵,好\r\n')).toEqual([
      [2, 'A|王|好'],
      [3, 'CELL_COUNT'],
      [4, 'C|赵|好'],
    ]);
    const totalRow = { column: 'id', text: '合计' };
    expect(await rowsOf('id,who,note\r\nA,王,好\n合计,1\r\n', { totalRow })).toEqual([[2, 'A|王|好']]);
  });

  it('hold no more than a bounded number of wrong rows', async () => {
    const rows = await rowsOf(`id,who,note\n${'a,b\n'.repeat(5000)}`);
    expect(rows.length).toBe(5000);
    expect(rows.every(([, code]) => code === 'CELL_COUNT')).toBe(true);
    const sizes: number[] = [];
    const sink = { row() {}, torn: (pieces: readonly Piece[]) => sizes.push(pieces.length) };
    const tears = createTears(
      () => 3,
      () => false,
      sink,
    );
    tears.above('crlf');
    for (let line = 2; line < 1502; line++)
      tears.push({ cells: ['a', 'b'], line, row: line, blanks: 0, stray: undefined, ended: 'lf' });
    tears.flush();
    expect(sizes).toEqual([1000, 500]);
  });
});

const word = fc.constantFrom('通过', '不通过', 'a', '1', ' ', '评语 好');
const inside = fc.array(word, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('\n'));
const cell = fc.oneof({ weight: 9, arbitrary: word }, { weight: 1, arbitrary: inside });

/** All rows of a text that comes in pieces of `size` characters. */
async function readInPieces(text: string, size: number) {
  const options = { delimiter: ',', lineEnd: '\n' as const, limit: 1000 };
  const parser = createRecordParser(options);
  const rows = createRowReader('a.csv', { delimiter: ',' });
  const read = [];
  for (let at = 0; at < text.length; at += size)
    read.push(...rows.read(await parser.write(text.slice(at, at + size))));
  read.push(...rows.read(await parser.end()));
  rows.end();
  return read;
}

it('any CRLF file: every row goes in as it is or is rejected as one, however the text is cut', async () => {
  let torn = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(cell, cell, cell), { maxLength: 12 }),
      fc.boolean(),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (rows, ended, odd, size) => {
        const lines = [...(odd ? [['x', '5" 屏', 'y']] : []), ...rows].map((cells) => cells.join(','));
        const text = `id,who,note\r\n${lines.join('\r\n')}${ended ? '\r\n' : ''}`;
        const read = await readInPieces(text, size);
        const expected = rows.map((cells) => {
          const isTorn = cells.some((value) => value.includes('\n'));
          if (isTorn) torn++;
          return isTorn ? TORN : cells.join('|');
        });
        const got = read.map(
          ({ values, problems }) => problems?.[0]?.code ?? Object.values(values).join('|'),
        );
        expect(got).toEqual(odd ? ['CELL_INVALID', ...expected] : expected);
        // What was torn is put together again, cell by cell.
        expect(read.slice(odd ? 1 : 0).map(({ values }) => Object.values(values))).toEqual(rows);
      },
    ),
    { numRuns: 400 },
  );
  expect(torn).toBeGreaterThan(100);
});
