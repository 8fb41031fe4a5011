import { expect, test } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { createCsvParser } from '../../src/readers/csv-parser.ts';
import { json } from '../../src/readers/json.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { fileNotes } from '../../src/report/sentences.ts';
import { readFile } from './reading.ts';

const read = (content: string | Uint8Array, options?: Parameters<typeof csv>[1]) =>
  readFile('a.csv', content, csv('a.csv', options));

const COORDINATES = `37°36'37.8"N 121°2'17.9"W`;

test('a quote inside a cell that does not begin with one: the row is rejected, the others go on', async () => {
  const { records, error, files } = await read(`id,t,u\n1,${COORDINATES},5"x\n2,"a""b",c\n3,a"",b\n`);
  expect(error).toBeUndefined();
  expect(records.map(({ problems }) => problems?.map(({ code, field }) => `${code} ${field}`))).toEqual([
    ['CELL_INVALID t', 'CELL_INVALID u'],
    undefined,
    ['CELL_INVALID t'],
  ]);
  expect(records.map(({ values }) => values.t)).toEqual([COORDINATES, 'a"b', 'a""']);
  expect(records[0]?.problems?.[0]?.message).toMatch(/"t" has a quote .*quotes: 'literal'/);
  expect(files).toMatchObject([{ rows: 3 }]);
});

test("quotes: 'literal' takes such a quote as text, and guards stay guards", async () => {
  const text = `id,"t",u"v\n1,${COORDINATES},="0""7"\n2,"a""\nb",5"\n3,="x","=""y"\n4,x"y,"a,=""b"""\n`;
  const { records, error } = await read(text, { quotes: 'literal' });
  expect(error).toBeUndefined();
  expect(records.map(({ origin, values }) => [origin.line, ...Object.values(values)])).toEqual([
    [2, '1', COORDINATES, '="0""7"'],
    [3, '2', 'a"\nb', '5"'],
    [5, '3', '="x"', '="y'],
    [6, '4', 'x"y', 'a,="b"'],
  ]);
  const after = await read('id,t\n1,"a"b\n', { quotes: 'literal' });
  expect(after.error?.message).toMatch(/goes on after its closing/);
  expect(() => csv('a.csv', { quotes: 'lax' as 'strict' })).toThrow(/quotes is 'strict' or 'literal'/);
});

test('such quotes are found, record by record, whatever the size of the chunks', async () => {
  const text = `1,${COORDINATES},x"y"z\n2,a,b\n3,x,"y"\n4,u"v,w\n`;
  for (let size = 1; size < 9; size++) {
    const parser = createCsvParser({ delimiter: ',', lineEnd: '\n', limit: 1000 });
    const found: (readonly number[])[] = [];
    let before = 0;
    for (let at = 0; at < text.length; at += size) {
      const batch = await parser.write(text.slice(at, at + size));
      for (const [index, { cells, failure }] of batch.stray)
        found.push([before + index, ...cells, failure.line]);
      before += batch.records.length;
    }
    const last = await parser.end();
    for (const [index, { cells, failure }] of last.stray)
      found.push([before + index, ...cells, failure.line]);
    expect(found).toEqual([
      [0, 1, 2, 1],
      [3, 1, 4],
    ]);
  }
});

test('a cell of quotes without end is refused, not copied for hours', async () => {
  const { error } = await read(`id,t\n1,a${'"'.repeat(200_000)}\n`, { quotes: 'literal' });
  expect(error?.message).toMatch(/^a\.csv, line 2: /);
});

test('a record beyond the limit names the limit', async () => {
  const { error } = await read(`id,t\n1,${'x'.repeat(5000)}\n`, { recordLimit: 1000 });
  expect(error?.message).toMatch(
    /longer than the limit \(recordLimit: 1000 characters\): .*the limit is to be/,
  );
});

test('byte order marks inside the data are kept, counted and reported', async () => {
  const { records, files } = await read('\ufeffid,t\n1,a\ufeffb\ufeff\n2,c\n');
  expect(records[0]).toMatchObject({ values: { t: 'a\ufeffb\ufeff' } });
  expect(records.every(({ problems }) => problems === undefined)).toBe(true);
  expect(files).toMatchObject([{ marks: 2 }]);
  expect([...fileNotes(files).map(({ en }) => en)]).toEqual([
    'Read a.csv as utf-8: 2 rows, 2 byte order marks (U+FEFF) inside the data, kept as they are.',
  ]);
  const escaped = '[{"a":"\ufeff\\uFEFF"},{"b":"\\\\ufeff"}]';
  expect((await readFile('a.json', escaped, json('a.json'))).files).toMatchObject([{ marks: 2 }]);
  const line = '{"a":"\\ufeff"}\n';
  expect((await readFile('a.jsonl', line, jsonl('a.jsonl'))).files).toMatchObject([{ marks: 1 }]);
});

test('control characters inside the data are kept, counted and reported', async () => {
  const { records, files } = await read('id,t\n1,"a\u000bb\tc\r\nd\u001d"\n2,\u0007\n');
  expect(records.map(({ values }) => values.t)).toEqual(['a\u000bb\tc\r\nd\u001d', '\u0007']);
  expect(records.every(({ problems }) => problems === undefined)).toBe(true);
  expect(files).toMatchObject([{ controls: 3 }]);
  expect([...fileNotes(files).map(({ en }) => en)]).toEqual([
    'Read a.csv as utf-8: 2 rows, 3 control characters (such as U+000B), kept as they are.',
  ]);
  // As a delimiter it is none of them.
  const hive = await read('id\u0001t\n1\u0001a\u000bb\n', { delimiter: '\u0001' });
  expect(hive.files).toMatchObject([{ controls: 1, rows: 1 }]);
  const escaped = '[{"a":"\\u000b\\b\\t\\n\\u000a"},{"b":"C:\\\\b\\\\u000b"}]';
  expect((await readFile('a.json', escaped, json('a.json'))).files).toMatchObject([{ controls: 2 }]);
  const line = '{"a":"\\u001D"}\n';
  expect((await readFile('a.jsonl', line, jsonl('a.jsonl'))).files).toMatchObject([{ controls: 1 }]);
});
