import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import { type CsvOptions, csv } from '../../src/readers/csv.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';
import { conformance, type ReadResult, readFile } from './reading.ts';

const read = (content: string | Uint8Array, options?: CsvOptions) =>
  readFile('a.csv', content, csv('a.csv', options));
const rowsOf = ({ records }: ReadResult) =>
  records.map(({ origin, values }) => [origin.line, ...Object.values(values)]);
const problemsOf = ({ records }: ReadResult) =>
  records.flatMap(({ origin, problems = [] }) =>
    problems.map(({ code, field }) => `${origin.line} ${code} ${field}`),
  );

test.each([',', ';', '\t', '|'])('delimiter %j is found in the header line and reported', async (char) => {
  const rows = [
    ['编号', '备注, 优点;缺点|其他\t', '结果'],
    ['1', `a${char}b`, '通过'],
  ];
  const text = rows.map((cells) => cells.map((cell) => `"${cell}"`).join(char)).join('\r\n');
  const result = await read(text);
  expect(rowsOf(result)).toEqual([[2, '1', `a${char}b`, '通过']]);
  expect(result.files).toMatchObject([{ delimiter: char, finalNewline: false }]);
});

test('declared columns decide between two delimiters; without them a tie is refused', async () => {
  const text = 'a,b;c,d\n1,2;3,4\n';
  expect((await read(text)).files).toMatchObject([{ delimiter: ',' }]);
  const declared = await read(text, { columns: ['a,b'] });
  expect(declared.records[0]?.values).toEqual({ 'a,b': '1,2', 'c,d': '3,4' });
  expect((await read('a,b;c\n')).error?.message).toMatch(/by "," or ";": declare which/);
  expect((await read('only\nx;y\n')).files).toMatchObject([{ delimiter: ',' }]);
});

test('title rows are skipped, whatever stands in them; lines stay those of the file', async () => {
  const text = '面试汇总;,;"2024\n年"\n\n导出人,王强,,\nid;name\n1;a\n2;b\n';
  const result = await read(text, { skipRows: 3 });
  expect(rowsOf(result)).toEqual([
    [6, '1', 'a'],
    [7, '2', 'b'],
  ]);
  expect(result.files).toMatchObject([{ delimiter: ';', rows: 2, blank: 0 }]);
  // Blank rows between title and header need not be counted.
  const blank = await read('title\n\n,,\nid,name\n1,a\n', { skipRows: 1 });
  expect(rowsOf(blank)).toEqual([[5, '1', 'a']]);
  expect(blank.files).toMatchObject([{ rows: 1, blank: 2 }]);
  expect((await read('id,name\n', { skipRows: 1 })).error?.message).toContain(
    'empty behind the 1 skipped rows',
  );
});

test('a total row at the end is left out and counted; anywhere else it is a row', async () => {
  const options = { totalRow: { column: 'id', text: '合计' } };
  const total = await read('id,n\n1,2\n合计,9\n3,4\n 合计 \n\n,\n', options);
  expect(rowsOf(total)).toEqual([
    [2, '1', '2'],
    [3, '合计', '9'],
    [4, '3', '4'],
  ]);
  expect(total.files).toMatchObject([{ rows: 3, ignored: 1, blank: 2 }]);
  expect((await read('id,n\n1,2\n', options)).files).toMatchObject([{ rows: 1, ignored: 0 }]);
  expect((await read('id,n\n合计,2\n', options)).files).toMatchObject([{ rows: 0, ignored: 1 }]);
  expect((await read('idd,n\n', options)).error?.message).toContain('no column "id"; did you mean "idd"?');
});

test('blank lines are left out and counted, or rejected rows with their lines', async () => {
  const text = 'id,n\n\n1,2\n,\n\n\n"",""\n3,\n\n';
  const skipped = await read(text);
  expect(rowsOf(skipped)).toEqual([
    [3, '1', '2'],
    [8, '3', ''],
  ]);
  expect(skipped.files).toMatchObject([{ rows: 2, blank: 6 }]);
  const rejected = await read(text, { emptyLines: 'reject' });
  expect(problemsOf(rejected)).toEqual([2, 4, 5, 6, 7, 9].map((line) => `${line} VALUE_MISSING id`));
  expect(rejected.files).toMatchObject([{ rows: 8, blank: 0 }]);
});

test('a file without a header: GBK, semicolons, CR, no line end at its end', async () => {
  const text = '1;张三;后端工程师\r2;李四;"a;b"\r3;王五';
  const result = await read(encodeGb18030(text), { header: false, columns: ['id', '姓名', '职位'] });
  expect(result.records.map(({ origin, values }) => [origin.line, values])).toEqual([
    [1, { id: '1', 姓名: '张三', 职位: '后端工程师' }],
    [2, { id: '2', 姓名: '李四', 职位: 'a;b' }],
    [3, { id: '3', 姓名: '王五' }],
  ]);
  expect(problemsOf(result)).toEqual(['3 CELL_COUNT 职位']);
  expect(result.records[2]?.problems?.[0]?.message).toContain('2 cells, the pipeline declares 3 columns');
  expect(result.files).toMatchObject([
    { encoding: 'gb18030', delimiter: ';', finalNewline: false, rows: 3, blank: 0 },
  ]);
  const empty = await read('\n', { header: false, columns: ['id'] });
  expect(empty.error?.message).toContain('a.csv is empty: it has no row');
});

test('repeated columns are refused, or numbered', async () => {
  const text = 'id,分,分,分\n1,a,b,c\n';
  expect((await read(text)).error?.message).toMatch(
    /several columns "分" \(columns 2, 3, 4\).*duplicates: 'number'/,
  );
  const numbered = await read(text, { duplicates: 'number', columns: ['id', '分#3'] });
  expect(numbered.records[0]?.values).toEqual({ id: '1', 分: 'a', '分#2': 'b', '分#3': 'c' });
  const clash = await read('分,分,分#2\n', { duplicates: 'number' });
  expect(clash.error?.message).toContain('several columns "分#2" (columns 2, 3)');
});

test.skipIf(conformance('') === undefined)('the wide sheet with repeated headers', async () => {
  const bytes = readFileSync(path.join(conformance('') ?? '', '../china/wide-rounds.utf8.csv'));
  const columns = ['姓名', '学习能力得分', '学习能力得分#2', '优势#3', '终试备注'] as const;
  const source = csv('a.csv', { duplicates: 'number', columns });
  expectTypeOf<NonNullable<(typeof source)['rowType']>>().toHaveProperty('学习能力得分#2');
  const { records, files, error } = await readFile('a.csv', bytes, source);
  expect(error).toBeUndefined();
  expect(records[0]?.values).toMatchObject({
    姓名: '刘倩',
    学习能力得分: '4.0',
    沟通能力得分: '3.5',
    '优势#3': '',
  });
  expect(files).toMatchObject([{ encoding: 'utf-8', delimiter: ',' }]);
  expect((await readFile('a.csv', bytes, csv('a.csv'))).error?.message).toContain(
    'several columns "学习能力得分"',
  );
});

test('a cell of 1 MB is a rejected row, and the others go on', async () => {
  const long = '长'.repeat(999_999);
  const result = await read(`id,note\n1,${long}长\n2,${long}\n3,"${'x\n'.repeat(600_000)}"\n4,x\n`);
  expect(problemsOf(result)).toEqual(['2 CELL_INVALID note', '4 CELL_INVALID note']);
  expect(result.records[0]?.problems?.[0]).toMatchObject({
    value: `${'长'.repeat(100)}…`,
    message: '"note" has 1000000 characters; fewer than 1000000 are allowed (fieldLimit).',
  });
  expect(result.files).toMatchObject([{ rows: 4 }]);
  const small = await read(`id,note\n1,${'x'.repeat(99)}𠮷\n2,x\n`, { fieldLimit: 100 });
  expect(small.records[0]?.problems?.[0]?.value).toBe(`${'x'.repeat(99)}…`);
});

test('a byte order mark at the beginning of a row: two files were put together', async () => {
  const result = await read('\ufeffid,n\n1,a\n\ufeffid,n\n2,b\ufeff\n');
  expect(problemsOf(result)).toEqual(['3 CELL_INVALID id']);
  expect(result.records[1]?.problems?.[0]?.message).toContain('byte order mark');
  expect(result.records[2]?.values.n).toBe('b\ufeff');
});

test('impossible options are refused together, before anything is read', () => {
  const wrong = (options: object) => () => csv('a.csv', options as CsvOptions);
  expect(wrong({ delimeter: ';' })).toThrow(/no option "delimeter"; did you mean "delimiter"/);
  expect(wrong({ header: false })).toThrow(/header: false needs columns/);
  expect(wrong({ header: false, columns: ['a', 'b', 'a'] })).toThrow(/columns names "a" twice/);
  expect(wrong({ header: false, columns: ['a'], totalRow: { column: 'b', text: 'x' } })).toThrow(
    /"b" is not one/,
  );
  expect(
    wrong({ skipRows: -1, fieldLimit: 0, recordLimit: 1.5, emptyLines: 'keep', duplicates: 'x' }),
  ).toThrow(/skipRows.*duplicates.*emptyLines.*fieldLimit.*recordLimit/);
  expect(wrong({ totalRow: { column: 'a', text: '' } })).toThrow(/totalRow/);
  expect(wrong({ normalise: ['trimm'] })).toThrow(
    /normalise knows 'excel-escape', 'zero-width'.*not 'trimm'/,
  );
  expect(wrong({ normalise: { a: ['full'] } })).toThrow(/not 'full'/);
});
