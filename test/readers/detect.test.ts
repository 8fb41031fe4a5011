import { expect, test } from 'vitest';
import { csv } from '../../src/readers/csv.ts';
import { json } from '../../src/readers/json.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { encodeGb18030 } from '../fixtures/gb18030.ts';
import { readFile } from './reading.ts';

const HEADER = '面试编号,候选人,面试结果,面试评价\n';
const ROW = 'MS-1,张三,通过,基础扎实，沟通清楚。\n';
const TEXT = HEADER + ROW;
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const read = (content: string | Uint8Array) => readFile('a.csv', content, csv('a.csv'));

test.each([
  ['UTF-8', 'utf-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', 'utf-8', Buffer.from(`\ufeff${TEXT}`)],
  ['GB18030', 'gb18030', encodeGb18030(TEXT)],
  ['GB18030 with a mark', 'gb18030', encodeGb18030(`\ufeff${TEXT}`)],
  ['UTF-16LE with a mark', 'utf-16le', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
  ['UTF-16BE with a mark', 'utf-16be', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
])('%s is found out and reported', async (_, encoding, bytes) => {
  const { records, files, error } = await read(bytes);
  expect(error).toBeUndefined();
  expect(records.map(({ values }) => values)).toEqual([
    { 面试编号: 'MS-1', 候选人: '张三', 面试结果: '通过', 面试评价: '基础扎实，沟通清楚。' },
  ]);
  expect(files).toMatchObject([{ encoding, bytes: bytes.length, finalNewline: true }]);
});

test('the whole file is looked at, not its head: one GB18030 name behind 3 MB of ASCII', async () => {
  const ascii = `id,name\n${'1,abc\n'.repeat(500_000)}`;
  const { records, files } = await read(Buffer.concat([Buffer.from(ascii), encodeGb18030('2,李四\n')]));
  expect(records.at(-1)).toMatchObject({ origin: { line: 500_002 }, values: { id: '2', name: '李四' } });
  expect(files).toMatchObject([{ encoding: 'gb18030', rows: 500_001 }]);
});

test('four-byte characters across every chunk border are GB18030 still', async () => {
  for (let shift = 0; shift < 4; shift++) {
    const padding = 'x'.repeat(256 * 1024 - 12 + shift);
    const { records, files } = await read(encodeGb18030(`${HEADER}${padding},𠮷野,通过,好𠮷好𠮷好\n`));
    expect(files).toMatchObject([{ encoding: 'gb18030' }]);
    expect(records[0]?.values).toMatchObject({ 候选人: '𠮷野', 面试评价: '好𠮷好𠮷好' });
  }
});

const UTF8_LINE = Buffer.from(ROW);
const GOOD = Buffer.from(`${HEADER}${ROW.repeat(50)}`);

test.each([
  ['one byte replaced', [GOOD, hex('4d532d322ce5ff8920'), UTF8_LINE], 52, GOOD.length + 5],
  ['cut off inside a character', [GOOD, hex('e5bc')], 52, GOOD.length],
  ['a GBK file appended', [GOOD, encodeGb18030(ROW.repeat(3))], 52, GOOD.length + 5],
])('UTF-8, %s: refused as damaged UTF-8, never read as mojibake', async (_, parts, line, offset) => {
  const { error } = await read(Buffer.concat(parts));
  expect(error?.code).toBe('SOURCE_INVALID');
  expect(error?.message).toMatch(
    new RegExp(`^a\\.csv, line ${line}, byte ${offset} .*not valid UTF-8, though`),
  );
});

test('neither UTF-8 nor GB18030: where each of them ends, and what to do', async () => {
  const gbk = encodeGb18030(TEXT);
  const { error } = await read(Buffer.concat([gbk, hex('61ff0a')]));
  expect(error?.message).toMatch(
    new RegExp(
      `^a\\.csv, line 3, byte ${gbk.length + 1} \\(0xff 0a\\): this is neither valid GB18030 nor UTF-8 \\(that it is not from byte 0 on\\)`,
    ),
  );
});

test.each([
  ['Windows-1252', Buffer.from('id,name\n1,Müller\n2,Jérôme\n3,Zoë Ångström\n', 'latin1')],
  // 候選人 面試結果 通過 in Big5, many times: a third of its second bytes are ASCII.
  ['Big5', Buffer.concat(Array.from({ length: 12 }, () => hex('adD4bfEFA448 2c adb1 b8d5 b5b2 aa47 0a')))],
])('%s is never taken for GB18030', async (_, bytes) => {
  const { records, error } = await read(bytes);
  expect(error?.code).toBe('SOURCE_INVALID');
  expect(error?.message).toMatch(/not valid UTF-8/);
  expect(
    records.every(({ values }) => Object.values(values).every((cell) => !/[^\0-\x7f]/.test(`${cell}`))),
  ).toBe(true);
});

test('four-byte characters alone are GB18030', async () => {
  const text = 'id,name\n1,𠮷𠮷\n2,𠮷\n';
  const { records, files } = await read(encodeGb18030(text));
  expect(records.map(({ values }) => values.name)).toEqual(['𠮷𠮷', '𠮷']);
  expect(files).toMatchObject([{ encoding: 'gb18030' }]);
});

test.each([
  ['Müller, José, Zoë Ångström', 'id,name\n1,Müller\n2,José\n3,Zoë Ångström\n'],
  ['one letter', 'id,name\n1,Müller\n'],
  ['Łódź', 'id,name\n1,Łódź\n'],
  ['Cyrillic', 'id,name\n1,Иван\n'],
  ['Greek', 'id,name\n1,Σωκράτης\n'],
  ['a degree sign', 'id,name\n1,25°C\n'],
])(
  'UTF-8 of two bytes a letter is UTF-8, and is not taken as GB18030 when so declared: %s',
  async (_, text) => {
    const bytes = Buffer.from(text);
    const found = await read(bytes);
    expect(found.error).toBeUndefined();
    expect(found.files).toMatchObject([{ encoding: 'utf-8' }]);
    expect(
      `id,name\n${found.records.map(({ values }) => Object.values(values).join(',')).join('\n')}\n`,
    ).toBe(text);
    const declared = await readFile('a.csv', bytes, csv('a.csv', { encoding: 'gb18030' }));
    expect(declared.error?.message).toMatch(/declared as GB18030, but all of it is valid UTF-8.*'utf-8'/);
  },
);

test.each([
  ['小一', 'd0a1d2bb'],
  ['路,一', 'c2b72cd2bb'],
])('GBK that is UTF-8 as well is refused with both named, and read as declared: %s', async (name, bytes) => {
  const text = Buffer.concat([
    Buffer.from(`id,name${name.includes(',') ? ',b' : ''}\n1,`),
    hex(bytes),
    Buffer.from('\n'),
  ]);
  const { error, records } = await read(text);
  expect(error?.code).toBe('SOURCE_INVALID');
  expect(error?.message).toMatch(
    /could be UTF-8 as well as GB18030.*encoding: 'utf-8' or encoding: 'gb18030'/,
  );
  expect(records).toEqual([]);
  const declared = await readFile('a.csv', text, csv('a.csv', { encoding: 'gb18030' }));
  expect(Object.values(declared.records[0]?.values ?? {}).join(',')).toBe(`1,${name}`);
  // More of it settles the matter.
  const more = await read(Buffer.concat([text, encodeGb18030('2,张三\n')]));
  expect(Object.values(more.records[0]?.values ?? {}).join(',')).toBe(`1,${name}`);
});

test('a single character that is either is UTF-8, which is tried first, unless it is declared', async () => {
  const text = Buffer.concat([Buffer.from('id,name\n1,'), hex('d2bb'), Buffer.from('\n')]);
  expect((await read(text)).records[0]?.values.name).toBe('\u04bb');
  const declared = await readFile('a.csv', text, csv('a.csv', { encoding: 'gb18030' }));
  expect(declared.records[0]?.values.name).toBe('一');
});

test('short Big5 is refused where it is not UTF-8, and read as declared', async () => {
  // 王小明,通過 in Big5.
  const bytes = Buffer.concat([Buffer.from('id,name\n1,'), hex('a4fda470a9fa 2c b371b94c 0a')]);
  const { error, records } = await read(bytes);
  expect(records).toEqual([]);
  expect(error?.message).toMatch(
    /^a\.csv, line 2, byte 10 \(0xa4 fd .*not valid UTF-8.*like Chinese in Big5: declare encoding: 'big5', or save/,
  );
  const named = csv('a.csv', {
    encoding: 'big5',
    header: false,
    columns: ['id', 'name', 'result'],
    skipRows: 1,
  });
  const declared = await readFile('a.csv', bytes, named);
  expect(declared.error).toBeUndefined();
  expect(declared.records.map(({ values }) => values)).toEqual([{ id: '1', name: '王小明', result: '通過' }]);
  const overruled = await readFile('a.csv', bytes, csv('a.csv', { encoding: 'gb18030' }));
  expect(overruled.error).toBeUndefined();
});

test('UTF-16 without a mark is refused by name', async () => {
  const bytes = Buffer.from(TEXT, 'utf16le');
  expect((await read(bytes)).error?.message).toMatch(/looks like UTF-16 without.*'utf-16le'/);
  expect((await read(Buffer.from(bytes).swap16())).error?.message).toMatch(/'utf-16be'/);
  const declared = await readFile('a.csv', bytes, csv('a.csv', { encoding: 'utf-16le' }));
  expect(declared.records[0]?.values).toMatchObject({ 候选人: '张三' });
});

test('what is declared is not overruled', async () => {
  const bom = Buffer.from(`\ufeff${TEXT}`);
  const asGbk = await readFile('a.csv', bom, csv('a.csv', { encoding: 'gb18030' }));
  expect(asGbk.error?.message).toMatch(/begins with a UTF-8 byte order mark, but is declared as GB18030/);
  const asUtf8 = await readFile('a.csv', encodeGb18030(TEXT), csv('a.csv', { encoding: 'utf-8' }));
  expect(asUtf8.error?.message).toMatch(/byte 0 .*looks like GB18030\/GBK/);
});

test('a file that is no text is refused by name, whether or not an encoding is declared', async () => {
  for (const [bytes, what] of [
    [
      '504b03040a000000',
      /an Excel file \(\.xlsx\) or another ZIP archive: it is no text, .*: export it as CSV/,
    ],
    ['d0cf11e0a1b11ae1', /old Excel file/],
    ['255044462d312e37', /a PDF: .*export it as CSV/],
    ['526172211a070100', /a RAR archive: .*unpack it first/],
    ['1f8b080000000000', /gzip signature: let its name end with \.gz/],
    ['fffe000061000000', /UTF-32LE/],
  ] as const)
    expect((await read(hex(bytes))).error?.message).toMatch(what);
});

test('JSON and JSONL are found out as well', async () => {
  const utf16 = Buffer.from('\ufeff[{"id":"1","name":"张三"}]', 'utf16le');
  expect(await readFile('a.json', utf16, json('a.json'))).toMatchObject({
    records: [{ values: { id: '1', name: '张三' } }],
    files: [{ encoding: 'utf-16le', delimiter: null, finalNewline: null, rows: 1 }],
  });
  const few = encodeGb18030('{"name":"张三"}\n');
  expect((await readFile('a.jsonl', few, jsonl('a.jsonl'))).error?.message).toMatch(
    /byte 9 .*not valid UTF-8, which JSON has to be.*declare encoding: 'gb18030'/,
  );
  const note = '基础扎实，沟通清楚。建议进入复试，薪资可谈。';
  const gbk = encodeGb18030(`{"name":"张三"}\n\n{"name":"李四","note":"${note}"}\n`);
  expect(await readFile('a.jsonl', gbk, jsonl('a.jsonl'))).toMatchObject({
    records: [{ values: { name: '张三' } }, { origin: { line: 3 }, values: { name: '李四', note } }],
    files: [{ encoding: 'gb18030', finalNewline: true, rows: 2, blank: 1 }],
  });
});

test('short files are judged at their end', async () => {
  expect((await read('')).error?.message).toContain('is empty');
  expect((await read('a')).files).toMatchObject([{ encoding: 'utf-8', finalNewline: false }]);
  expect((await read(hex('efbbbf'))).error?.message).toContain('is empty');
  expect((await read(hex('e5'))).error?.code).toBe('SOURCE_INVALID');
});
