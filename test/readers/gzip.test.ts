import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { json } from '../../src/readers/json.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';
import { aFolder, readFile, readFrom } from './reading.ts';

const ROWS = 20_000;
const TEXT = `id,姓名\n${Array.from({ length: ROWS }, (_, index) => `${index},张三${index}\n`).join('')}`;

test.each([
  ['a.csv.gz', csv('a.csv.gz'), TEXT],
  ['a.CSV.GZ', csv('a.CSV.GZ', { encoding: 'utf-8' }), TEXT],
  [
    'a.json.gz',
    json('a.json.gz'),
    `[${Array.from({ length: ROWS }, (_, id) => `{"id":"${id}","姓名":"张三${id}"}`).join()}]`,
  ],
  [
    'a.jsonl.gz',
    jsonl('a.jsonl.gz'),
    Array.from({ length: ROWS }, (_, id) => `{"id":"${id}","姓名":"张三${id}"}\n`).join(''),
  ],
])('%s is read as it is; size and hash are those of the packed file', async (name, source, text) => {
  const packed = gzipSync(text);
  const { records, files, error } = await readFile(name, packed, source);
  expect(error).toBeUndefined();
  expect(records.at(-1)?.values).toEqual({ id: `${ROWS - 1}`, 姓名: `张三${ROWS - 1}` });
  const sha256 = createHash('sha256').update(packed).digest('hex');
  expect(files).toMatchObject([{ file: name, bytes: packed.length, sha256, rows: ROWS, encoding: 'utf-8' }]);
});

test('the encoding is found out in the unpacked text', async () => {
  const { records, files } = await readFile('a.csv.gz', gzipSync(encodeGb18030(TEXT)), csv('a.csv.gz'));
  expect(records[0]?.values).toEqual({ id: '0', 姓名: '张三0' });
  expect(files).toMatchObject([{ encoding: 'gb18030', rows: ROWS }]);
});

test('several members are one text', async () => {
  const half = TEXT.length / 2;
  const packed = Buffer.concat([gzipSync(TEXT.slice(0, half)), gzipSync(TEXT.slice(half))]);
  expect((await readFile('a.csv.gz', packed, csv('a.csv.gz'))).files).toMatchObject([{ rows: ROWS }]);
});

const PACKED = gzipSync(TEXT);
const FLIPPED = Buffer.from(PACKED);
FLIPPED[FLIPPED.length >> 1] = (FLIPPED[FLIPPED.length >> 1] ?? 0) ^ 0xff;
const WRONG_SUM = Buffer.from(PACKED);
WRONG_SUM[PACKED.length - 6] = (WRONG_SUM[PACKED.length - 6] ?? 0) ^ 1;

test.each([
  ['cut off in the middle', PACKED.subarray(0, PACKED.length >> 1)],
  ['cut off in its last byte', PACKED.subarray(0, -1)],
  ['cut off in its header', PACKED.subarray(0, 5)],
  ['with a wrong checksum', WRONG_SUM],
  ['with something else behind it', Buffer.concat([PACKED, Buffer.from('1,x\n')])],
  ['with another member behind a zero', Buffer.concat([PACKED, Buffer.alloc(1), PACKED])],
  ['with rows behind many zeros', Buffer.concat([PACKED, Buffer.alloc(300_000), Buffer.from('1,x\n')])],
  ['that is no gzip', Buffer.from('id,name\n1,x\n')],
])('a file %s is refused, with and without a declared encoding', async (_, bytes) => {
  for (const options of [{}, { encoding: 'utf-8' } as const]) {
    const { error, files } = await readFile('a.csv.gz', bytes, csv('a.csv.gz', options));
    expect(error).toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringMatching(/^a\.csv\.gz is not an intact gzip file .*Export it again\.$/),
    });
    expect(files).toEqual([]);
  }
});

test('zeros at the end, as of a tape or a whole block, are padding', async () => {
  for (const zeros of [1, 512, 300_000]) {
    const bytes = Buffer.concat([PACKED, Buffer.alloc(zeros)]);
    const { error, files } = await readFile('a.csv.gz', bytes, csv('a.csv.gz'));
    expect(error).toBeUndefined();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(files).toMatchObject([{ rows: ROWS, bytes: bytes.length, sha256 }]);
  }
});

test('a flipped byte is noticed, by what comes out or by the checksum at the latest', async () => {
  for (const options of [{}, { encoding: 'utf-8' } as const])
    expect((await readFile('a.csv.gz', FLIPPED, csv('a.csv.gz', options))).error?.code).toBe(
      'SOURCE_INVALID',
    );
});

test('an empty file and a missing one are refused as ever', async () => {
  expect((await readFile('a.csv.gz', gzipSync(''), csv('a.csv.gz'))).error?.message).toContain('is empty');
  expect((await readFile('a.csv.gz', '', csv('a.csv.gz'))).error?.code).toBe('SOURCE_INVALID');
  expect((await readFile('a.csv.gz', PACKED, csv('b.csv.gz'))).error?.code).toBe('SOURCE_MISSING');
});

test('what lies inside is named: a spreadsheet, a second gzip, bad bytes with their place in the text', async () => {
  const inside = async (bytes: Uint8Array) =>
    (await readFile('a.csv.gz', gzipSync(bytes), csv('a.csv.gz', { encoding: 'utf-8' }))).error?.message;
  expect(await inside(Buffer.from('504b03040a000000', 'hex'))).toMatch(
    /unpacked\) begins with the signature of an Excel file/,
  );
  expect(await inside(PACKED)).toMatch(/gzip signature/);
  expect(await inside(Buffer.from('id\n\xff\n', 'latin1'))).toMatch(
    /^a\.csv\.gz \(unpacked\), line 2, byte 3 /,
  );
});

test('the file is closed when reading stops early', async () => {
  const source = csv('a.csv.gz', { columns: ['nothing'] });
  expect((await readFile('a.csv.gz', PACKED, source)).error?.message).toContain('has no column "nothing"');
});

test('a pipe or a device is refused at once, whoever writes to it', async () => {
  const folder = aFolder({});
  execFileSync('mkfifo', [path.join(folder, 'pipe.csv')]);
  for (const options of [{}, { encoding: 'utf-8' }] as const) {
    expect((await readFrom(folder, csv('pipe.csv', options))).error).toMatchObject({
      code: 'SOURCE_MISSING',
      message: expect.stringMatching(/pipe\.csv is a pipe, not a file\. Write the export to a file first/),
    });
  }
  expect((await readFrom('/dev', csv('zero'))).error?.message).toContain('/dev/zero is a device, not a file');
});
