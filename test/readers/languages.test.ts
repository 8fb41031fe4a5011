import { expect, test } from 'vitest';
import { csvLookup } from '../../src/mapping/lookups.ts';
import { decodeKorean } from '../../src/readers/cp949.ts';
import { csv } from '../../src/readers/csv.ts';
import { decode } from '../../src/readers/decode.ts';
import { detectEncoding } from '../../src/readers/detect.ts';
import { ENCODINGS, type Encoding, encodingCalled } from '../../src/readers/encodings.ts';
import { join } from '../../src/readers/join.ts';
import { json } from '../../src/readers/json.ts';
import { many } from '../../src/readers/many.ts';
import { encodeIn } from '../fixtures/encode.ts';
import { createRandom } from '../fixtures/random.ts';
import { anExportIn, type LANGUAGES, SHAPES } from '../fixtures/three-languages.ts';
import { aFolder, inPieces, readFile, readFrom } from './reading.ts';

// The files of one language, by their rows: most files that are judged wrongly are small.
const ROWS = [
  ...[1, 1, 1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 40],
  ...[60, 80, 120, 200, 300, 500, 800, 1200, 2000, 3000],
];

/** What the files are taken for: the encoding they are read in, or `asks`. */
async function judged(language: keyof typeof LANGUAGES, encoding: Encoding): Promise<readonly string[]> {
  const verdicts: string[] = [];
  for (const [index, rows] of ROWS.entries()) {
    const shape = SHAPES[index % SHAPES.length] ?? 'whole';
    const bytes = encodeIn(encoding, anExportIn(language, createRandom(index + 1), rows, shape));
    try {
      const found = await detectEncoding(() => inPieces(bytes, 10_000), 'a.csv', 'csv');
      const asks = found.encoding === 'utf-8' && found.complaint !== undefined;
      verdicts.push(asks ? 'asks' : found.encoding);
    } catch {
      verdicts.push('asks');
    }
  }
  return verdicts;
}

test.each([
  ['korean', 'euc-kr'],
  ['japanese', 'shift_jis'],
  ['japanese', 'euc-jp'],
] as const)('none of 30 %s files in %s is read as another language', async (language, encoding) => {
  expect(new Set(await judged(language, encoding))).toEqual(new Set(['asks']));
});

test('at most one of 30 Chinese files is asked for in vain', async () => {
  const verdicts = await judged('chinese', 'gb18030');
  expect(new Set(verdicts.filter((verdict) => verdict !== 'asks'))).toEqual(new Set(['gb18030']));
  expect(verdicts.filter((verdict) => verdict === 'asks').length).toBeLessThanOrEqual(1);
});

test.each([
  ['one Korean name', 'euc-kr', '김민수'],
  ['a Korean name of rarer syllables', 'euc-kr', '똠방각'],
  ['one Japanese name, all kanji', 'euc-jp', '中村朔太郎'],
  ['one Japanese word, all kanji', 'euc-jp', '不採用'],
  ['one Japanese name', 'shift_jis', '小鳥遊'],
  ['half-width kana', 'shift_jis', 'ﾔﾏﾀﾞ ﾀﾛｳ'],
  ['signs that are in many encodings', 'gb18030', '—'],
] as const)('%s alone is not enough for GB18030', async (_, encoding, name) => {
  const { error, records } = await readFile(
    'a.csv',
    encodeIn(encoding, `id,name\n1,${name}\n`),
    csv('a.csv'),
  );
  expect(records).toEqual([]);
  expect(error?.code).toBe('SOURCE_INVALID');
  expect(error?.message).toMatch(new RegExp(`line 2.*declare .*'${encoding}'`));
});

test.each(['王强', '欧阳嘉禾', '通过', '薪资可谈', '陳國強', '張國榮', '逄睿'])(
  'one Chinese text is: %s',
  async (name) => {
    const { error, files } = await readFile(
      'a.csv',
      encodeIn('gb18030', `id,name\n1,${name}\n`),
      csv('a.csv'),
    );
    expect(error).toBeUndefined();
    expect(files).toMatchObject([{ encoding: 'gb18030' }]);
  },
);

const ROW = {
  'euc-kr': '=홍길동|의사소통이 "명확"하고 똠방각하 뷁',
  // Second bytes of ソ, 表, 予, 能 are a backslash; ポ and ァ have | and @, ー and ボ [ and {.
  shift_jis: 'ソ表予能十ポァボー|ｱｲｳ ﾀﾅｶ髙﨑①',
  'euc-jp': '長曽我部|ポ表ソ①丂ｱ',
  // Second bytes of 功, 許, 蓋 are a backslash, of 育 and 四 | and others.
  big5: '王小明|許功蓋育四通過',
} as const;

test.each(Object.entries(ROW) as [keyof typeof ROW, string][])(
  '%s is read as declared, whatever its second bytes are elsewhere, and wherever a chunk ends',
  async (encoding, text) => {
    const table = encodeWide(encoding, `id|name|note\n1|"${text.replaceAll('"', '""')}"|x\n2|${text}\n`);
    const named = csv('a.csv', { encoding, delimiter: '|', columns: ['id', 'name', 'note'] });
    const { records, files, error } = await readFile('a.csv', table, named);
    expect(error).toBeUndefined();
    expect(records[0]).toMatchObject({ values: { id: '1', name: text, note: 'x' }, origin: { line: 2 } });
    expect(records[1]?.values).toMatchObject({ id: '2', name: text.split('|')[0], note: text.split('|')[1] });
    expect(files).toMatchObject([{ encoding, bytes: table.length, rows: 2 }]);
    const whole = new TextDecoder('utf-8').decode(Buffer.from(`id|name|note\n1|"`));
    for (let size = 1; size <= 12; size++) {
      let read = '';
      for await (const chunk of decode(inPieces(table, size), 'a.csv', { encoding })) read += chunk;
      expect(read.startsWith(whole)).toBe(true);
      expect(read).toContain(text.replaceAll('"', '""'));
    }
    expect((await readFile('a.csv', table, csv('a.csv'))).error?.message).toContain(`'${encoding}'`);
  },
);

/** JIS X 0212 has three bytes a character in EUC-JP: 丂 is 8F B0 A1, half-width ｱ 8E B1. */
function encodeWide(encoding: Encoding, text: string): Uint8Array {
  if (encoding !== 'euc-jp') return encodeIn(encoding, text);
  const special: Readonly<Record<string, string>> = { 丂: '8fb0a1', ｱ: '8eb1' };
  return Buffer.concat(
    [...text].map((char) =>
      special[char] === undefined ? encodeIn(encoding, char) : Buffer.from(special[char], 'hex'),
    ),
  );
}

test('Korean is code page 949: syllables that EUC-KR lacks are right, from the first to the last', () => {
  const bytes = Buffer.from('8c63b9e6b0a2c7cf94eec6528141a2e6', 'hex');
  expect(decodeKorean(bytes)).toBe('똠방각하뷁힣갂€');
  const syllables = Array.from({ length: 11_172 }, (_, index) => String.fromCharCode(0xac00 + index)).join(
    '',
  );
  expect(decodeKorean(encodeIn('euc-kr', syllables))).toBe(syllables);
  for (const bad of ['80', '8140', '815b', 'c9a1', 'c7', 'ff41', 'c653'])
    expect(() => decodeKorean(Buffer.from(bad, 'hex'))).toThrow();
});

test.each([
  ['windows-1252', 'Zoë “Ångström” – 5 €'],
  ['windows-1251', 'Иван Петров — «принят»'],
  ['windows-1250', 'Łódź, Dvořák'],
  ['iso-8859-15', 'Œuvre, 5 €'],
] as const)('%s is read as declared', async (encoding, text) => {
  const source = csv('a.csv', { encoding, delimiter: ';' });
  const { records } = await readFile('a.csv', encodeIn(encoding, `id;name\n1;${text}\n`), source);
  expect(records[0]?.values).toEqual({ id: '1', name: text });
  const utf8 = await readFile('a.csv', `id;name\n1;${text}\n`, source);
  expect(utf8.error?.message).toMatch(/declared as .*but all of it is valid UTF-8/);
});

test.each([
  // 香港 has 啲 only in an extension of Big5; the bytes F040 of Shift_JIS are for users' own characters.
  ['big5', 'fba7', /line 2, byte 5 \(0xfb a7.*not valid Big5.*save it as UTF-8/],
  ['shift_jis', 'f040', /line 2, byte 5 .*not valid Shift_JIS/],
  ['euc-jp', '9363', /line 2, byte 5 .*not valid EUC-JP/],
  ['euc-kr', 'c9a1', /line 2, byte 5 .*not valid EUC-KR/],
  ['windows-1253', 'd2', /line 2, byte 5 .*not valid windows-1253/],
] as const)(
  '%s: what the decoder has no character for is refused, never passed on',
  async (encoding, bytes, what) => {
    const text = Buffer.concat([Buffer.from('id,n\nx,'), Buffer.from(bytes, 'hex'), Buffer.from('\n')]);
    const { error, records } = await readFile('a.csv', text, csv('a.csv', { encoding }));
    expect(records).toEqual([]);
    expect(error?.message.replace('byte 7', 'byte 5')).toMatch(what);
  },
);

test('a wrong declaration is answered with the right one, where the text tells', async () => {
  const korean = encodeIn('euc-kr', anExportIn('korean', createRandom(1), 20, 'whole'));
  const read = async (encoding: Encoding) =>
    (await readFile('a.csv', korean, csv('a.csv', { encoding }))).error?.message;
  expect(await read('utf-8')).toMatch(/not valid UTF-8; looks like EUC-KR: declare encoding: 'euc-kr'/);
  expect(await read('shift_jis')).toMatch(
    /not valid Shift_JIS; looks like EUC-KR: declare encoding: 'euc-kr'/,
  );
});

test('children, lookups and JSON are judged and declared as well', async () => {
  const folder = aFolder({
    'a.csv': 'id,name\n1,x\n',
    'b.csv': encodeIn('euc-kr', 'id,note\n1,의사소통이 명확함\n'),
    'c.json': encodeIn('shift_jis', '[{"id":"1","note":"受け答えが明確で、基礎がしっかりしています。"}]'),
  });
  const joined = (options = {}) => join(csv('a.csv'), { notes: many(csv('b.csv', options), 'id') });
  expect((await readFrom(folder, joined())).error?.message).toMatch(/^b\.csv, line 2.*'euc-kr'/);
  const { records } = await readFrom(folder, joined({ encoding: 'euc-kr' }));
  expect(records[0]?.children.notes?.[0]?.values).toEqual({ id: '1', note: '의사소통이 명확함' });
  expect((await readFrom(folder, json('c.json'))).error?.message).toMatch(/^c\.json, line 1.*'shift_jis'/);
  const elements = await readFrom(folder, json('c.json', { encoding: 'shift_jis' }));
  expect(elements.records[0]?.values).toMatchObject({ note: '受け答えが明確で、基礎がしっかりしています。' });
  expect(csvLookup('b.csv', 'id', 'note', { encoding: 'euc-kr' }).options).toEqual({ encoding: 'euc-kr' });
});

test('other names of an encoding are answered with the one that is known', async () => {
  const meant = {
    cp949: 'euc-kr',
    'ks_c_5601-1987': 'euc-kr',
    sjis: 'shift_jis',
    cp932: 'shift_jis',
    gbk: 'gb18030',
  };
  for (const [name, encoding] of Object.entries(meant)) {
    expect(encodingCalled(name)).toBe(encoding);
    const source = csv('a.csv', { encoding: name as Encoding });
    const { error } = await readFile('a.csv', 'id\n1\n', source);
    expect(error?.message).toMatch(new RegExp(`Did you mean encoding: '${encoding}'`));
  }
  expect(encodingCalled('latin1')).toBe('windows-1252');
  expect(encodingCalled('nonsense')).toBeUndefined();
  for (const encoding of ENCODINGS) expect(new TextDecoder(encoding).encoding).toBe(encoding);
});
