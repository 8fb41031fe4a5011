import { expect, expectTypeOf, test } from 'vitest';
import { json } from '../../src/readers/json.ts';
import { createArraySplitter } from '../../src/readers/json-splitter.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { readFile } from './reading.ts';

const read = (content: string | Uint8Array, options?: Parameters<typeof json>[1]) =>
  readFile('a.json', content, json('a.json', options));
const readLines = (content: string | Uint8Array, options?: Parameters<typeof jsonl>[1]) =>
  readFile('a.jsonl', content, jsonl('a.jsonl', options));
const memberOf = async (text: string) => (await readLines(`{"v":${text}}`)).records[0]?.values.v;

test.each(['\n', '\r\n', '\r'])('array: elements with their physical line (line end %j)', async (end) => {
  const text = [
    '',
    '[{"id":1},',
    ' {',
    '  "id": 2, "note": "a\\nb,]"',
    ' }, {"id":3}',
    ' , {"id":[{}]}',
    ']',
    '',
  ].join(end);
  const { records, files, error } = await read(`\ufeff${text}`);
  expect(error).toBeUndefined();
  expect(records.map(({ origin, values }) => [origin.line, values])).toEqual([
    [2, { id: 1 }],
    [3, { id: 2, note: 'a\nb,]' }],
    [5, { id: 3 }],
    [6, { id: [{}] }],
  ]);
  expect(files).toMatchObject([{ file: 'a.json', rows: 4, bytes: Buffer.byteLength(text) + 3 }]);
});

test.each(['\n', '\r\n', '\r'])('lines: blank ones are skipped and counted (line end %j)', async (end) => {
  for (const last of ['', end]) {
    const { records, files } = await readLines(
      ['{"id":1}', '', ' \t', '{"id":2}', 'x', '{"id":3}'].join(end) + last,
    );
    expect(records.map(({ origin, values, problems }) => [origin.line, values.id, problems?.length])).toEqual(
      [
        [1, 1, undefined],
        [4, 2, undefined],
        [5, undefined, 1],
        [6, 3, undefined],
      ],
    );
    expect(files).toMatchObject([{ rows: 4 }]);
  }
});

test('the array under a member; other members are skipped', async () => {
  const text = '{"meta":{"data":[1,"}"]},"n":1.5,"s":"\\"[","data":[{"id":1},{"id":2}],"next":null}';
  expect((await read(text, { at: 'data' })).records.map(({ values }) => values.id)).toEqual([1, 2]);
  expect((await read('{"data":[]}', { at: 'data' })).error).toBeUndefined();
  expect((await read('{"d\\u0061ta":[{}]}', { at: 'data' })).records).toHaveLength(1);
  expect((await read('{"dat":[]}', { at: 'data' })).error?.message).toContain('there is no member "data"');
  expect((await read('{"data":{}}', { at: 'data' })).error?.message).toContain('must be an array');
  expect((await read('{"data":[],"data":[{}]}', { at: 'data' })).error?.message).toContain(
    'second member "data"',
  );
  expect((await read('[{"id":1}]', { at: 'data' })).error?.message).toContain(
    'an object with the member "data"',
  );
});

test.each([
  ['{"meta":{"a":tru},"data":[]}', 'line 1, column 14:', 'expected a value'],
  ['{"data":[{"id":1}],"meta":01}', 'line 1, column 28:', 'unexpected text after the value'],
  ['{"data":[],\n"meta":{"a":1,\n"a":2}}', 'line 3, column 1:', 'the name "a" appears twice in one object'],
  ['{"n":1,"data":[],"n":2}', 'line 1, column 18:', 'a name appears twice in the outermost object'],
  ['{"n":1,"data":[],"\\u006e":2}', 'line 1, column 18:', 'a name appears twice'],
  ['{"da\nta":1,"data":[]}', 'line 1, column 5:', 'control character in a string'],
  ['{"data":[],"s":"a\tb"}', 'line 1, column 18:', 'control character in a string'],
  ['{"data":[],"s":"\\x"}', 'line 1, column 17:', 'unknown escape'],
  [`{"data":[],"deep":${'['.repeat(300)}${']'.repeat(300)}}`, 'line 1', 'nested deeper than 256'],
  ['{"data":[],"meta":{"a":1}', 'column 26', 'the file ends here'],
  ['{"data":[],"meta":{"a":1', 'column 25', 'the file ends inside the value'],
  ['{"data":[]} {', 'column 13', 'expected nothing more'],
])('what stands beside the array is checked as well: %j', async (text, place, message) => {
  for (const size of [1, 7, text.length]) {
    const splitter = createArraySplitter({ file: 'a.json', at: 'data', limit: 10_000 });
    for (let from = 0; from < text.length; from += size) splitter.push(text.slice(from, from + size));
    splitter.end();
    expect(splitter.failure?.code).toBe('SOURCE_INVALID');
    expect(splitter.failure?.message).toContain(message);
    expect(splitter.failure?.message).toContain(place);
  }
  expect((await read(text, { at: 'data' })).files).toEqual([]);
});

test('a member too long to be checked refuses the file, with the limit', async () => {
  const { error } = await read(`{"x":"${'y'.repeat(500)}","data":[{"id":1}]}`, {
    at: 'data',
    recordLimit: 100,
  });
  expect(error?.message).toMatch(/line 1, column 6: the value is longer than .*recordLimit: 100/);
});

test('a broken element is a record with line and column, and the others go on', async () => {
  const { records, error, files } = await read(
    '[{"id":1},\n  {"id": tru},\n{"a":\n  [1,]}, 7, "x", null, [], {"id":"a\nb"},\n{"id":2}]',
  );
  expect(error).toBeUndefined();
  const messages = records.map(
    ({ origin, problems }) => `${origin.line} ${problems?.[0]?.code ?? 'ok'} ${problems?.[0]?.message ?? ''}`,
  );
  expect(messages).toEqual([
    '1 ok ',
    '2 RECORD_UNREADABLE The JSON record cannot be read at line 2, column 10: expected a value.',
    '3 RECORD_UNREADABLE The JSON record cannot be read at line 4, column 6: expected a value.',
    '4 RECORD_UNREADABLE The JSON record cannot be read at line 4, column 10: it is a number; every record must be an object.',
    '4 RECORD_UNREADABLE The JSON record cannot be read at line 4, column 13: it is a string; every record must be an object.',
    '4 RECORD_UNREADABLE The JSON record cannot be read at line 4, column 18: it is null; every record must be an object.',
    '4 RECORD_UNREADABLE The JSON record cannot be read at line 4, column 24: it is an array; every record must be an object.',
    '4 RECORD_UNREADABLE The JSON record cannot be read at line 4, column 36: line end or control character in a string.',
    '6 ok ',
  ]);
  expect(files).toMatchObject([{ rows: 9 }]);
});

test.each([
  ['', 'line 1', /expected the beginning of an array/],
  ['{"id":1}', 'line 1, column 1', /expected the beginning of an array/],
  ['[{"id":1}\n{"id":2}]', 'line 2, column 1', /expected a comma/],
  ['[{"id":1} 2]', 'line 1, column 11', /expected a comma/],
  ['[1 2]', 'line 1, column 4', /expected a comma/],
  ['[{"id":1},\n]', 'line 2, column 1', /a comma announced it/],
  ['[,{"id":1}]', 'line 1, column 2', /expected an element/],
  ['[{"id":1},,{}]', 'line 1, column 11', /expected an element/],
  ['[{"id":1}', 'line 1, column 10', /the file ends here; expected a comma/],
  ['[{"id":1},\n{"id":"x', 'line 2', /ends inside the value that begins on line 2, column 1/],
  ['[{"id":1}]\n[', 'line 2, column 1', /expected nothing more/],
  ['[{"id":[1}]', 'line 1, column 10', /closes a bracket of the other kind/],
])('a broken array stops the file: %j', async (text, place, message) => {
  const { error, files } = await read(text);
  expect(error?.code).toBe('SOURCE_INVALID');
  expect(error?.message).toContain(`a.json, ${place}`);
  expect(error?.message).toMatch(message);
  expect(files).toEqual([]);
});

test('records before the break are read', async () => {
  expect((await read('[{"id":1},{"id":2} x')).records).toHaveLength(2);
});

test.each([
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', '9007199254740992'],
  ['-9007199254740993', '-9007199254740993'],
  ['6960663225533497643', '6960663225533497643'],
  ['1e20', '1e20'],
  ['1E400', '1E400'],
  ['-1e-400', '-1e-400'],
  ['0.1234567890123456789', '0.1234567890123456789'],
  ['1234567890.12345678', '1234567890.12345678'],
  ['100000000000000000000000000000', '100000000000000000000000000000'],
  ['0.6666666666666666', 0.6666666666666666],
  ['0.30000000000000004', 0.30000000000000004],
  ['123456789012345.0', '123456789012345.0'],
  ['4.50', '4.50'],
  ['4.5', 4.5],
  ['7.0', '7.0'],
  ['1.10', '1.10'],
  ['1.5e3', '1.5e3'],
  ['1e2', '1e2'],
  ['1E5', '1E5'],
  ['-0', '-0'],
  ['-0.0', '-0.0'],
  ['-0.5', -0.5],
  ['0.0000001', '0.0000001'],
  ['0.000000000000000000', '0.000000000000000000'],
  ['5e-324', 5e-324],
  ['-10', -10],
  ['100', 100],
  ['10.01', 10.01],
])('number %s arrives as %j', async (text, expected) => {
  expect(await memberOf(text)).toBe(expected);
  // The same beside an exponent and an id, in depth, in an array.
  expect(await memberOf(`[{"a":${text}}, "69606632255334976431e5"]`)).toEqual([
    { a: expected },
    '69606632255334976431e5',
  ]);
});

test('a name that appears twice refuses the record, in any depth and spelling', async () => {
  const { records } = await readLines(
    [
      '{"a":1,"a":1}',
      '{"x":[{"b":{"c":1,"\\u0063":2}}]}',
      '{"__proto__":1,"__proto__":2}',
      '{"a":"b:c","b":{"a":":"}}',
    ].join('\n'),
  );
  expect(records.map(({ problems }) => problems?.[0]?.message)).toEqual([
    'The JSON record cannot be read at line 1, column 8: the name "a" appears twice in one object.',
    'The JSON record cannot be read at line 2, column 19: the name "c" appears twice in one object.',
    'The JSON record cannot be read at line 3, column 16: the name "__proto__" appears twice in one object.',
    undefined,
  ]);
});

test('a member called __proto__ is a member like any other', async () => {
  const { records } = await readLines('{"__proto__":{"admin":true},"n":12345678901234567890}');
  const values = records[0]?.values;
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  expect(Object.keys(values ?? {})).toEqual(['__proto__', 'n']);
  expect(values?.admin).toBeUndefined();
});

test('damaged characters refuse their record, also when an escape spells them', async () => {
  const { records } = await readLines(
    [
      '{"a":"\ufffd"}',
      '{"a":{"b":["\\ufffd"]}}',
      '{"a":"\\u0000"}',
      '{"a":"\\ud800"}',
      '{"\ufffd":1}',
      '{"a":"\\ud83d\\ude00"}',
    ].join('\n'),
  );
  expect(records.map(({ problems }) => problems?.map(({ code, field }) => `${code} ${field}`))).toEqual([
    ['CELL_INVALID a'],
    ['CELL_INVALID a.b[0]'],
    ['CELL_INVALID a'],
    ['CELL_INVALID a'],
    ['CELL_INVALID \ufffd'],
    undefined,
  ]);
});

test('a text of 1 MB refuses its record, not the others', async () => {
  const long = 'x'.repeat(1_000_000);
  const { records, files } = await readFile(
    'a.json',
    `[{"id":1,"list":[{"note":"${long}"}]},{"id":2,"note":"${long.slice(1)}"}]`,
    json('a.json'),
  );
  expect(records.map(({ problems }) => problems?.map(({ code, field }) => `${code} ${field}`))).toEqual([
    ['CELL_INVALID list[0].note'],
    undefined,
  ]);
  expect(files).toMatchObject([{ rows: 2 }]);
});

test('a record beyond the limit is not kept, and the others go on', async () => {
  const big = `{"id":2,"x":"${'y'.repeat(1_000_000)}"}`;
  for (const result of [
    await read(`[{"id":1},${big},{"id":3}]`, { recordLimit: 1000 }),
    await readLines(`{"id":1}\n${big}\n{"id":3}`, { recordLimit: 1000 }),
    await readLines(`{"id":1}\n{"id":3}\n${big}`, { recordLimit: 1000 }),
  ]) {
    expect(result.error).toBeUndefined();
    expect(result.records.map(({ values }) => values.id).filter((id) => id !== undefined)).toEqual([1, 3]);
    expect(result.records.flatMap(({ problems }) => problems ?? [])).toMatchObject([
      { code: 'RECORD_UNREADABLE', message: expect.stringContaining('recordLimit') },
    ]);
  }
  const first = await readLines(`${big}\n{"id":3}`, { recordLimit: 1000 });
  expect(first.records.map(({ origin, values }) => [origin.line, values.id])).toEqual([
    [1, undefined],
    [2, 3],
  ]);
});

test('deep nesting is refused, not a stack overflow', async () => {
  for (const open of ['[', '{"a":']) {
    const { records } = await readLines(
      `{"v":${open.repeat(100_000)}\n{"v":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n{"v":1}`,
    );
    expect(records.map(({ problems }) => problems?.[0]?.code)).toEqual([
      'RECORD_UNREADABLE',
      'RECORD_UNREADABLE',
      undefined,
    ]);
  }
});

test('encodings and file problems are those of every reader', async () => {
  expect(
    (await read(Buffer.from('\ufeff[{"名":"王"}]', 'utf16le'), { encoding: 'utf-16le' })).records[0]?.values,
  ).toEqual({ 名: '王' });
  expect(
    (await readLines(Buffer.from('7b2261223a22d5c5227d', 'hex'), { encoding: 'gb18030' })).records[0]?.values,
  ).toEqual({ a: '张' });
  expect((await read(Buffer.from('5b22ff225d', 'hex'))).error?.message).toContain('byte 2');
  expect((await readFile('a.json', '', json('b.json'))).error?.code).toBe('SOURCE_MISSING');
  expect((await readLines('')).records).toEqual([]);
});

test('the row type is what the pipeline says', () => {
  const source = json<{ readonly id: string | number }>('a.json');
  expectTypeOf<NonNullable<(typeof source)['rowType']>>().toEqualTypeOf<{ readonly id: string | number }>();
});
