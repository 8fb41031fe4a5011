import { describe, expect, expectTypeOf, test } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { createCsvParser } from '../../src/readers/csv-parser.ts';
import { firstLineEnd } from '../../src/readers/lines.ts';
import { type ReadResult, readFile } from './reading.ts';

const read = (content: string | Uint8Array, options?: Parameters<typeof csv>[1]) =>
  readFile('a.csv', content, csv('a.csv', options));
const rowsOf = ({ records }: ReadResult) =>
  records.map(({ origin, values }) => [origin.line, ...Object.values(values)]);

const MULTILINE = [
  'id,text',
  '1,"one',
  'two',
  '',
  'three"',
  '',
  '',
  '2,x',
  '3,"""a""',
  '"',
  '4,',
  '',
  '5,"end"',
];
const EXPECTED_LINES = [2, 8, 9, 11, 13];

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('%s: a record has the physical line on which it begins', async (_, end) => {
  for (const last of ['', end, end + end]) {
    const result = await read(MULTILINE.join(end) + last);
    expect(result.error).toBeUndefined();
    expect(rowsOf(result)).toEqual([
      [2, '1', ['one', 'two', '', 'three'].join(end)],
      [8, '2', 'x'],
      [9, '3', `"a"${end}`],
      [11, '4', ''],
      [13, '5', 'end'],
    ]);
  }
});

test.each(['\n', '\r\n', '\r'])('the same, whatever the size of the chunks (line end %j)', async (end) => {
  const text = `${MULTILINE.join(end)}${end}6,姓名𠮷${end}`;
  const lineEnd = firstLineEnd(text, true) ?? '\n';
  for (let size = 1; size < 20; size++) {
    const parser = createCsvParser({ delimiter: ',', lineEnd, limit: 1000 });
    const records: (readonly string[])[] = [];
    const lines: number[] = [];
    for (let at = 0; at <= text.length; at += size) {
      const batch =
        at < text.length ? await parser.write(text.slice(at, at + size)) : { records: [], lines: [] };
      records.push(...batch.records);
      lines.push(...batch.lines);
    }
    const rest = await parser.end();
    expect([...lines, ...rest.lines]).toEqual([1, ...EXPECTED_LINES, 14]);
    expect([...records, ...rest.records].at(-1)?.[0]).toBe('6');
  }
});

test('line ends of the other kinds inside quotes, and mixed LF and CRLF', async () => {
  const result = await read('id,text\n1,"a\r\nb\rc"\r\n2,"\n\n"\n3,x\r\n');
  expect(rowsOf(result)).toEqual([
    [2, '1', 'a\r\nb\rc'],
    [4, '2', '\n\n'],
    [7, '3', 'x'],
  ]);
});

test('a stray CR in an LF file stays in its cell: the record is not cut in two', async () => {
  expect(rowsOf(await read('id,text\n1,a\rb\n2,c\n'))).toEqual([
    [2, '1', 'a\rb'],
    [3, '2', 'c'],
  ]);
});

test('cells are text exactly as in the file', async () => {
  const result = await read('id, name ,n,d\n007, 张 三 ,1e5,2024-01-01\n"","  x","",\n');
  expect(result.records.map(({ values }) => values)).toEqual([
    { id: '007', ' name ': ' 张 三 ', n: '1e5', d: '2024-01-01' },
    { id: '', ' name ': '  x', n: '', d: '' },
  ]);
});

test('a quoted empty cell is a record, an empty line is none, a line with a space is one', async () => {
  expect(rowsOf(await read('id\n\n""\n\n \n'))).toEqual([
    [3, ''],
    [5, ' '],
  ]);
});

test('too many and too few cells are problems; nothing is dropped', async () => {
  const { records, files } = await read('a,b,c\n1,2\n1,2,3,4,5\n1,2,3\n');
  expect(records.map(({ origin, values }) => [origin.line, values])).toEqual([
    [2, { a: '1', b: '2' }],
    [3, { a: '1', b: '2', c: '3' }],
    [4, { a: '1', b: '2', c: '3' }],
  ]);
  expect(records[0]?.problems).toEqual([
    {
      code: 'CELL_COUNT',
      field: 'c',
      value: '',
      zh: '这一行有 2 个单元格，而表头有 3 列：从“c”列起缺少',
      message: 'The record has 2 cells, the header 3 columns: the first missing one is "c".',
      unread: 'missing: c',
      absent: ['c'],
    },
  ]);
  expect(records[1]?.problems).toMatchObject([{ code: 'CELL_COUNT', field: '', value: '4,5' }]);
  expect(records[2]?.problems).toBeUndefined();
  expect(files).toMatchObject([{ file: 'a.csv', rows: 3, orphaned: 0 }]);
});

test('a header without rows is no error, a file without a header is', async () => {
  expect(await read('id,name\r\n')).toMatchObject({ records: [], error: undefined, files: [{ rows: 0 }] });
  expect(await read('id')).toMatchObject({ records: [], error: undefined, files: [{ rows: 0 }] });
  for (const empty of ['', '\n\r\n', '\ufeff']) {
    expect((await read(empty)).error).toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringContaining('a.csv is empty'),
    });
  }
});

test('all complaints about a header come at once, with the nearest name', async () => {
  const { error } = await read('interview_id,name,name\n1,a,b\n', { columns: ['intervew_id', 'xyz'] });
  expect(error?.code).toBe('SOURCE_INVALID');
  expect(error?.message).toContain('a.csv has several columns "name" (columns 2, 3)');
  expect(error?.message).toContain('a.csv has no column "intervew_id"; did you mean "interview_id"?');
  expect(error?.message).toContain('a.csv has no column "xyz"; it has: interview_id, name, name');
});

test('what is no header is told in a few words, once', async () => {
  const far = await read(`${'面'.repeat(50_000)},${'x,'.repeat(5000)}x\n1\n`, {
    columns: ['interview_id', 'application'],
    duplicates: 'number',
  });
  expect(far.error?.message).toMatch(
    /^a\.csv has no column "interview_id"; none of the declared columns is there\. .* header: false.*\na\.csv has no column "application" \(header/,
  );
  expect(far.error?.message.length).toBeLessThan(1000);
  const twice = await read(`${'面'.repeat(50_000)},`.repeat(2));
  expect(twice.error?.message).toMatch(/^a\.csv has several columns "面{40}…" \(columns 1, 2\)/);
});

test('what cannot be seen in a name is shown as its code', async () => {
  const { error } = await read('id\u200b,name\n1,a\n', { columns: ['id'] });
  expect(error?.message).toContain('did you mean "id<U+200B>"?');
  const { error: far } = await read('\u202exyz\u00a0,id\n1,2\n', { columns: ['interview', 'id'] });
  expect(far?.message).toContain('it has: <U+202E>xyz<U+00A0>');
});

describe('a file without a header', () => {
  const ROW = '张三,上海,13800138000';

  test('is told by what to declare, and its first row is not quoted', async () => {
    for (const columns of [
      ['name', 'city', 'tel'],
      ['姓名', '城市', '电话'],
    ]) {
      const { error } = await read(`${ROW}\n${ROW}\n`, { columns });
      expect(error?.message).toContain('header: false');
      expect(error?.message).not.toMatch(/张三|上海|138/);
      const { records } = await read(`${ROW}\n${ROW}\n`, { columns, header: false });
      expect(records.map(({ values }) => Object.values(values).join())).toEqual([ROW, ROW]);
    }
  });

  test('is not quoted for cells that are equal, either', async () => {
    const { error } = await read('张三,通过,通过,13800138000\n');
    expect(error?.message).toMatch(/^a\.csv has several columns of one name \(columns 2, 3\)/);
  });
});

test('another delimiter: declared it is used, another one declared it is suggested', async () => {
  expect(rowsOf(await read('id;n\n1;"a;b"\n', { delimiter: ';', columns: ['id', 'n'] }))).toEqual([
    [2, '1', 'a;b'],
  ]);
  expect((await read('id\tn\n1\t2\n', { columns: ['id'], delimiter: ',' })).error?.message).toContain(
    'declare delimiter: "\\t"',
  );
});

test.each([
  ['never closed', 'id,t\n1,"a\nb"\n2,"c\nd\n', 4, /opened here and never closed/],
  ['never closed, after cells of several lines', 'id,t\n\n"1\n2","a\n3\n', 4, /never closed/],
  ['text after a quote', 'id,t\n1,a\n"x\ny","z"z\n', 4, /must be doubled/],
  ['a quote in a cell, with too many cells', 'id,t\r\n\r\n1,a"b",\r\n', 3, /stands inside a cell/],
  [
    'one quote at the end of a cell: its beginning may be the row above',
    'id,t\n1,a\nb,c"\n',
    3,
    /inside a cell/,
  ],
  ['a quote in a file of one column', 't\na"b"c\n', 2, /stands inside a cell/],
  ['a quote inside a name of the header', 'id,a"b\n1,a\n', 1, /stands inside a cell/],
  ['a quote in the header', 'id,"t\n1,a\n', 1, /never closed/],
])('quotes: %s', async (_, content, line, message) => {
  const { error } = await read(content);
  expect(error?.code).toBe('SOURCE_INVALID');
  expect(error?.message).toMatch(new RegExp(`^a\\.csv, line ${line}: `));
  expect(error?.message).toMatch(message);
});

test('records before a broken quote are still read', async () => {
  const { records, error } = await read('id,t\n1,a\n2,b\n3,"c');
  expect(records.map(({ values }) => values.id)).toEqual(['1', '2']);
  expect(error?.message).toContain('line 4');
});

test('an unclosed quote is noticed before it has swallowed the file', async () => {
  const { error } = await read(`id,t\n1,"a\n${'2,b\n'.repeat(100_000)}`, { recordLimit: 1000 });
  expect(error?.message).toMatch(/line 2: .*longer than the limit/);
});

test('damaged characters refuse their record, not the others', async () => {
  const { records } = await read('id,name,note\n1,张\ufffd,ok\n2,王芳,ok\n3,李,a\0b\n');
  expect(records.map(({ problems }) => problems?.map(({ code, field }) => `${code} ${field}`))).toEqual([
    ['CELL_INVALID name'],
    undefined,
    ['CELL_INVALID note'],
  ]);
  expect((await read('id,na\ufffdme\n')).error?.code).toBe('SOURCE_INVALID');
  expect((await read('i\0d\0,\0n\0\n\0')).error?.message).toContain('encoding');
});

test('a declared encoding is used', async () => {
  const gbk = Buffer.from('69642cd0d5c3fb0d312cd5c5c8fd0d', 'hex');
  expect((await read(gbk, { encoding: 'gb18030' })).records[0]).toMatchObject({
    origin: { file: 'a.csv', line: 2 },
    values: { id: '1', 姓名: '张三' },
  });
  expect(
    (
      await read(Buffer.from('\ufeffid\tn\r\n1\t王\r\n', 'utf16le'), {
        encoding: 'utf-16le',
        delimiter: '\t',
      })
    ).records[0]?.values,
  ).toEqual({ id: '1', n: '王' });
  const declared = await read(gbk, { encoding: 'utf-8' });
  expect(declared.error?.message).toContain("declare encoding: 'gb18030'");
});

test('a missing file is named with its absolute path and its nearest neighbour', async () => {
  const { error } = await readFile('interviews.csv', 'id\n', csv('intervews.csv'));
  expect(error?.code).toBe('SOURCE_MISSING');
  expect(error?.message).toMatch(
    /\/hire-sync-readers-.*\/intervews\.csv does not exist\. Did you mean interviews\.csv/,
  );
  const other = await readFile('b.json', '', csv('applications.csv'));
  expect(other.error?.message).toContain('The folder holds: b.json.');
  expect((await readFile('x', '', csv('.'))).error?.message).toContain('is a folder');
});

test('names of Object.prototype are ordinary columns, except __proto__', async () => {
  const { records } = await read('constructor,toString\na,b\n');
  expect(records[0]?.values).toEqual({ constructor: 'a', toString: 'b' });
  expect((await read('id,__proto__\n1,2\n')).error?.message).toContain('__proto__');
});

test('declared columns are the row type', () => {
  const source = csv('a.csv', { columns: ['id', '姓名'] });
  type Row = NonNullable<(typeof source)['rowType']>;
  expectTypeOf<Row>().toEqualTypeOf<{ readonly id: string; readonly 姓名: string }>();
  // @ts-expect-error: no such column.
  expectTypeOf<Row['name']>().toBeAny();
  const open = csv('a.csv');
  expectTypeOf<NonNullable<(typeof open)['rowType']>>().toEqualTypeOf<Readonly<Record<string, string>>>();
  expect(source.files).toEqual(['a.csv']);
});

test('impossible options are refused before anything is read', async () => {
  for (const delimiter of ['', '"', '\n', '||'])
    expect(() => csv('a.csv', { delimiter })).toThrow(/one character/);
  // @ts-expect-error: the encodings are a closed list.
  expect((await read('id', { encoding: 'gbk' })).error).toMatchObject({
    code: 'PIPELINE_INVALID',
    message: expect.stringContaining('gb18030'),
  });
});
