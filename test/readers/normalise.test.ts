import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CsvOptions, csv } from '../../src/readers/csv.ts';
import { damageOf } from '../../src/readers/damage.ts';
import { createGuardQuoting } from '../../src/readers/excel-guards.ts';
import { createNormaliser, type Normalisation } from '../../src/readers/normalise.ts';
import { readFile } from './reading.ts';

const read = (content: string, options?: CsvOptions) => readFile('a.csv', content, csv('a.csv', options));

const FAMILY = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';

test.each<[Normalisation, string, string]>([
  ['excel-guard', '="00123"', '00123'],
  ['excel-guard', '="say ""hi"""', 'say "hi"'],
  ['excel-guard', '=""', ''],
  ['excel-guard', '="A1"&"B1"', '="A1"&"B1"'],
  ['excel-guard', '="', '="'],
  ['excel-guard', '=SUM(A1)', '=SUM(A1)'],
  ['full-width', '２０２４／０３－０５ ９：０５', '2024/03-05 9:05'],
  ['full-width', 'ＩＶ００１．５', 'IV001.5'],
  ['full-width', '沟通好，（优秀）！：／Ａ', '沟通好，（优秀）！：／A'],
  ['nbsp', 'a\u00a0b\u3000c\u202fd', 'a b c d'],
  ['zero-width', '\ufeff138\u200b0013\u200e8000\u2060', '13800138000'],
  ['zero-width', '张\u200d三\u200c', '张三'],
  ['zero-width', `好${FAMILY}`, `好${FAMILY}`],
  ['zero-width', 'می\u200cخواهم', 'می\u200cخواهم'],
  ['excel-escape', '优点：清楚_x000D_\n缺点：少_x000d_\n', '优点：清楚\n缺点：少\n'],
  ['excel-escape', 'a_x000D__x000A_b_x000A_c_x000D_d_x0009_e', 'a\nb\nc\nd\te'],
  ['excel-escape', 'a_x000B_b_x005F_x000D_c', 'a\u000bb_x000D_c'],
  ['excel-escape', 'snake_x0041_case_x0000_ _x005F_', 'snake_x0041_case_x0000_ _x005F_'],
  ['apostrophe', "'00012", '00012'],
  ['apostrophe', "'- 表达清楚", '- 表达清楚'],
  ['apostrophe', "'=期望薪资 25K", '=期望薪资 25K'],
  ['apostrophe', "'2024-03-05 10:00", '2024-03-05 10:00'],
  ['apostrophe', "'１３８", '１３８'],
  ['apostrophe', "'90s music", "'90s music"],
  ['apostrophe', "'123'", "'123'"],
  ['apostrophe', "'quoted' text", "'quoted' text"],
  ['apostrophe', "O'Brien", "O'Brien"],
  ['nfc', 'Zoe\u0308 \u1112\u1161\u11ab', 'Zoë 한'],
  ['nfc', '⼤ﬁ①', '⼤ﬁ①'],
  ['trim', '\t 张 三\u3000\r\n', '张 三'],
  ['trim', '\ufeffx', '\ufeffx'],
])('%s: %j becomes %j', (name, before, after) => {
  expect(createNormaliser([name])(before)).toBe(after);
});

test('all together, whatever their order: a space may stand around a guard, inside it, or be invisible', () => {
  const names = ['trim', 'full-width', 'excel-guard', 'nbsp', 'zero-width'] as const;
  for (const order of [names, [...names].reverse()])
    for (const space of ['\u00a0\u200b', '\u200b\u00a0', ' '])
      expect(createNormaliser(order)(`${space}="\u3000００７ " `)).toBe('007');
});

test('a guarding apostrophe may have space around it, and an escape may end a text', () => {
  expect(createNormaliser(['trim', 'apostrophe'])(" '0012 ")).toBe('0012');
  expect(createNormaliser(['trim', 'excel-escape'])('好_x000D_\n')).toBe('好');
});

test('what a workbook or a tool added to an id is named, with the option that takes it away', () => {
  expect(damageOf("'00012")).toMatch(/apostrophe.*declare normalise: \['apostrophe'\]/);
  expect(damageOf('5001_x000D_')).toMatch(/_x000D_.*declare normalise: \['excel-escape'\]/);
  expect(damageOf("O'Brien")).toBeUndefined();
});

test('a million spaces are trimmed in no time', () => {
  const inner = `x${' '.repeat(1_000_000)}x`;
  expect(createNormaliser(['trim', 'nbsp', 'excel-guard'])(` ${inner} `)).toBe(inner);
});

const TEXT = 'id,phone,when\n ０1\u200b,="13800138000",２０２４/3/5\n2,"=""00, 1""",\u00a0x\n';

test('off: every cell reaches the mapping exactly as it stands', async () => {
  const { records, files } = await read(TEXT);
  expect(records.map(({ values }) => values)).toEqual([
    { id: ' ０1\u200b', phone: '="13800138000"', when: '２０２４/3/5' },
    { id: '2', phone: '="00, 1"', when: '\u00a0x' },
  ]);
  expect(records.every(({ problems }) => problems === undefined)).toBe(true);
  expect(files).toMatchObject([{ normalised: 0 }]);
});

test('on: by name, and every changed cell is counted', async () => {
  const all = await read(TEXT, { normalise: ['excel-guard', 'full-width', 'nbsp', 'zero-width', 'trim'] });
  expect(all.records.map(({ values }) => values)).toEqual([
    { id: '01', phone: '13800138000', when: '2024/3/5' },
    { id: '2', phone: '00, 1', when: 'x' },
  ]);
  expect(all.files).toMatchObject([{ normalised: 5 }]);
  const some = await read(TEXT, { normalise: { phone: ['excel-guard'] } });
  expect(some.records.map(({ values }) => values)).toEqual([
    { id: ' ０1\u200b', phone: '13800138000', when: '２０２４/3/5' },
    { id: '2', phone: '00, 1', when: '\u00a0x' },
  ]);
  expect(some.files).toMatchObject([{ normalised: 2 }]);
  expect((await read(TEXT, { normalise: { fone: ['trim'] } })).error?.message).toContain('no column "fone"');
});

test('an export that guards every cell, its header too, with commas and line ends inside', async () => {
  const text = '="编号","姓名"\r\n="001",="张三, \n李四"\r\n="002",=""\r\n'.replace(',"姓名"', ',="姓名"');
  const { records, files } = await read(text, { columns: ['编号', '姓名'], normalise: ['excel-guard'] });
  expect(records.map(({ origin, values }) => [origin.line, values])).toEqual([
    [2, { 编号: '001', 姓名: '张三, \n李四' }],
    [4, { 编号: '002', 姓名: '' }],
  ]);
  expect(files).toMatchObject([{ normalised: 6, delimiter: ',' }]);
});

test('a guard that is never closed, or goes on, is a broken quote as ever', async () => {
  expect((await read('id,n\n1,="a\n2,b\n')).error?.message).toMatch(/^a\.csv, line 2: .*never closed/);
  expect((await read('id,n\n\n1,="a"&"b"\n')).error?.message).toMatch(/^a\.csv, line 3: /);
});

test('guards are quoted the same, whatever the size of the pieces', () => {
  const cell = fc.constantFrom(
    '="1"',
    '="a""b"',
    '=',
    '=""',
    '"=""x"""',
    '"a=""b"',
    'x="',
    '"",',
    '=1',
    '',
    '\n',
  );
  const text = fc.array(cell).map((cells) => cells.join(','));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (whole, size) => {
      const quote = (pieces: readonly string[]) => {
        const guards = createGuardQuoting(',', '\n');
        return pieces.map((piece) => guards.write(piece)).join('') + guards.end();
      };
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.slice(index * size, (index + 1) * size),
      );
      expect(quote(pieces)).toBe(quote([whole]));
    }),
    { seed: 4, numRuns: 2000 },
  );
});
