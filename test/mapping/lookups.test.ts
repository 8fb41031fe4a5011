import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLookup } from '../../src/mapping/look-up.ts';
import { csvLookup, type Lookup, loadLookups } from '../../src/mapping/lookups.ts';
import type { FileCount } from '../../src/model.ts';
import type { Staging } from '../../src/readers/source.ts';
import { openStaging } from '../../src/readers/staging.ts';
import { problemOf } from './problem-of.ts';

let folder: string;
let staging: Staging;
let files: FileCount[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lookups-'));
  staging = openStaging();
  files = [];
});
afterEach(() => {
  staging.close();
  rmSync(folder, { recursive: true });
});

const CSV = `no,feishu_id,name
A-1,6960663240925956555,甲
A-2,6960663240925956556,乙
A-2,6960663240925956556,乙
A-3,1,丙
A-3,2,丙
A-4,,丁
7,77,戊
,99,己
`;
const application = csvLookup('apps.csv', 'no', 'feishu_id');

async function lookupOf(lookups: Record<string, Lookup>, text: string | Uint8Array = CSV) {
  writeFileSync(path.join(folder, 'apps.csv'), text);
  const onFile = (count: FileCount): void => void files.push(count);
  return createLookup(await loadLookups(lookups, { folder, staging, onFile, onOrphan: () => expect.fail() }));
}

describe('lookup', () => {
  it('gives the value of a key, as text, as often as asked', async () => {
    const lookup = await lookupOf({ application });
    expect(lookup('application', 'A-1')).toBe('6960663240925956555');
    expect(lookup('application', 'A-1')).toBe('6960663240925956555');
    expect(lookup('application', 7)).toBe('77');
  });

  it('gives what is said otherwise for a key that it does not have, and for no other mistake', async () => {
    const lookup = await lookupOf({ application });
    expect(lookup('application', 'A-9', 'A-9')).toBe('A-9');
    expect(lookup('application', 'A-1', 'x')).toBe('6960663240925956555');
    expect(problemOf(() => lookup('application', 'A-3', 'x')).code).toBe('LOOKUP_AMBIGUOUS');
    expect(problemOf(() => lookup('application', '', 'x')).code).toBe('VALUE_MISSING');
  });

  it('accepts a key that has one value in two rows', async () => {
    expect((await lookupOf({ application }))('application', 'A-2')).toBe('6960663240925956556');
  });

  it('refuses what it does not know', async () => {
    const lookup = await lookupOf({ application });
    const refusal = (key: unknown) => problemOf(() => lookup('application', key));
    const where = '"application" (apps.csv, column no)';
    expect(refusal('A-9')).toEqual({
      code: 'LOOKUP_MISSING',
      field: '',
      waits: true,
      value: 'A-9',
      zh: '"A-9" 不在对照表“application”（apps.csv，no 列）中',
      message: `"A-9" is not in lookup ${where}`,
    });
    expect(refusal('A-1 ').message).toBe(
      `"A-1 " is not in lookup ${where}, which has "A-1" in line 2: they differ in spaces only; it has spaces around it; declare normalise: ['trim'] for the column, or export again`,
    );
    expect(refusal('A-3')).toMatchObject({
      code: 'LOOKUP_AMBIGUOUS',
      message: `"A-3" has different values in lookup ${where}: "1" in line 5, "2" in line 6`,
    });
    expect(refusal('A-4')).toMatchObject({
      code: 'LOOKUP_MISSING',
      message: `"A-4" has no value in lookup ${where}: it is empty in line 7`,
    });
    expect(refusal('')).toMatchObject({
      code: 'VALUE_MISSING',
      message: `is empty: nothing can be looked up in ${where}`,
    });
    expect(refusal(null).code).toBe('VALUE_MISSING');
    expect(refusal(['A-1']).code).toBe('CELL_INVALID');
    expect(refusal("' OR 1=1 --").code).toBe('LOOKUP_MISSING');
  });

  it('refuses a key or a value that a spreadsheet destroyed, even where both files have it', async () => {
    const text = 'no,feishu_id\nA-1,6.96066E+18\n6.96066E+18,1\n########,1\n#N/A,1\n"=""7""",1\n';
    const lookup = await lookupOf({ application }, text);
    const where = '"application" (apps.csv, column no)';
    const lost =
      'is in scientific notation: a spreadsheet dropped its digits, and an id is lost; export the column again as text';
    expect(problemOf(() => lookup('application', 'A-1'))).toMatchObject({
      code: 'CELL_INVALID',
      value: 'A-1',
      message: `"A-1" has in lookup ${where}, line 2, the value "6.96066E+18", which ${lost}`,
    });
    for (const key of ['6.96066E+18', '########', '#N/A', '="7"'])
      expect(problemOf(() => lookup('application', key)).code, key).toBe('CELL_INVALID');
  });

  it('names the character that keeps a key from being found', async () => {
    const lookup = await lookupOf({ application });
    expect(problemOf(() => lookup('application', 'A\u200B-1'))).toMatchObject({
      code: 'LOOKUP_MISSING',
      message: expect.stringContaining(
        String.raw`"A\u{200B}-1" is not in lookup "application" (apps.csv, column no), which has "A-1" in line 2: they differ in invisible characters only; it has U+200B zero width space as character 2`,
      ),
    });
    expect(problemOf(() => lookup('application', 'A-１')).message).toContain('U+FF11 full-width 1');
  });

  it('tells of the other spelling of a key, and does not wait for it', async () => {
    const text = 'no,feishu_id\nAP001,1\n0001,2\n1004,4\n00005,5\nJosé,6\n方,7\nAB,8\naB,8\n';
    const lookup = await lookupOf({ application }, text);
    const told = ['ap001', '1', 'ＡＰ００１', '1004.0', "'00005", 'Jose\u0301', '⽅', 'Ab'].map((key) => {
      const { message, waits, code } = problemOf(() => lookup('application', key));
      expect([code, waits], key).toEqual(['LOOKUP_MISSING', undefined]);
      return /which has "(.*)" in line (\d+): they differ in (.*) only/.exec(message)?.slice(1);
    });
    expect(told).toEqual([
      ['AP001', '2', 'case'],
      ['0001', '3', 'leading zeros'],
      ['AP001', '2', 'Unicode form'],
      ['1004', '4', 'a trailing .0'],
      ['00005', '5', 'a leading apostrophe'],
      ['José', '6', 'Unicode form'],
      ['方', '7', 'Unicode form'],
      ['AB', '8', 'case'],
    ]);
    // Another value for what is not there would be a wrong one.
    expect(problemOf(() => lookup('application', 'ap001', 'other')).code).toBe('LOOKUP_MISSING');
    expect(lookup('application', 'ap009', 'other')).toBe('other');
    expect(problemOf(() => lookup('application', 'ap009'))).toMatchObject({ waits: true });
    expect(lookup('application', 'AB')).toBe('8');
  });

  it('takes no word for nothing for a key or a value, unless the table says that it has none', async () => {
    const text = 'no,feishu_id\nA-1,NULL\nNULL,1\nA-2,7\n';
    const lookup = await lookupOf({ application }, text);
    expect(problemOf(() => lookup('application', 'A-1'))).toMatchObject({
      code: 'CELL_INVALID',
      message: expect.stringMatching(
        /the value "NULL", which stands for nothing .* declare empty: \['NULL'\]/,
      ),
    });
    expect(problemOf(() => lookup('application', 'NULL')).code).toBe('VALUE_MISSING');
    expect(problemOf(() => lookup('application', '-')).code).toBe('VALUE_MISSING');
  });

  it.each([
    [['NULL'], 'A-1', { code: 'LOOKUP_MISSING', waits: true }],
    [[], 'A-1', 'NULL'],
  ])('takes the words of a table as it declares them: %j', async (empty, key, expected) => {
    const table = csvLookup('apps.csv', 'no', 'feishu_id', { empty });
    const lookup = await lookupOf({ application: table }, 'no,feishu_id\nA-1,NULL\n');
    if (typeof expected === 'string') expect(lookup('application', key)).toBe(expected);
    else expect(problemOf(() => lookup('application', key))).toMatchObject(expected);
  });

  it('stops at the name of a table that the pipeline does not have', async () => {
    const lookup = await lookupOf({ application });
    expect(() => lookup('aplication', 'A-1')).toThrow(
      'The pipeline has no lookup "aplication". Did you mean "application"? Its lookups: application.',
    );
  });
});

describe('loadLookups', () => {
  it('reads a file once for all its lookups, and reports it', async () => {
    const lookup = await lookupOf({ application, name: csvLookup('apps.csv', 'no', 'name') });
    expect(lookup('name', 'A-1')).toBe('甲');
    const sha256 = createHash('sha256').update(CSV).digest('hex');
    expect(files).toMatchObject([
      { file: 'apps.csv', bytes: Buffer.byteLength(CSV), sha256, rows: 8, orphaned: 0 },
    ]);
  });

  it('reads a delimiter and an encoding as declared', async () => {
    // 甲 in GB18030.
    const bytes = Buffer.concat([Buffer.from('no;name\nA-1;'), Buffer.from([0xbc, 0xd7]), Buffer.from('\n')]);
    const lookup = await lookupOf(
      { name: csvLookup('apps.csv', 'no', 'name', { delimiter: ';', encoding: 'gb18030' }) },
      bytes,
    );
    expect(lookup('name', 'A-1')).toBe('甲');
  });

  it('reads title rows, guards and spaces as declared', async () => {
    const options = { skipRows: 1, normalise: ['excel-guard', 'nbsp', 'trim'] } as const;
    const lookup = await lookupOf(
      { application: csvLookup('apps.csv', 'no', 'feishu_id', options) },
      'Applications of 2024,\nno,feishu_id\n"=""007""",\u00A06960663240925956555\n',
    );
    expect(lookup('application', '007')).toBe('6960663240925956555');
  });

  it('stops at a damaged row without naming its values', async () => {
    await expect(lookupOf({ application }, 'no,feishu_id\nA-1,1\nsecret,2,3\n')).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message:
        'apps.csv, line 3: this row of a lookup table cannot be read (CELL_COUNT), so what it says is unknown. Repair or remove the row.',
    });
  });

  it('reads a table without a header, as the message about one says', async () => {
    const table = 'A-1,13800138000,6960663240925956001\nA-2,13800138001,6960663240925956002\n';
    const advised = lookupOf({ application }, table);
    await expect(advised).rejects.toThrow('header: false');
    await expect(advised).rejects.not.toThrow('138');
    const columns = ['no', 'tel', 'feishu_id'];
    const options = { header: false, columns };
    const lookup = await lookupOf({ application: csvLookup('apps.csv', 'no', 'feishu_id', options) }, table);
    expect(lookup('application', 'A-2')).toBe('6960663240925956002');
    expect(() => csvLookup('apps.csv', 'no', 'feishu_id', { header: false })).toThrow(
      'needs columns, the names of all cells in order, with "no" among them',
    );
  });

  it('stops at a missing column and a missing file', async () => {
    await expect(lookupOf({ a: csvLookup('apps.csv', 'no', 'feishu_ids') })).rejects.toMatchObject({
      code: 'SOURCE_INVALID',
      message: expect.stringContaining('apps.csv has no column "feishu_ids"; did you mean "feishu_id"?'),
    });
    await expect(lookupOf({ a: csvLookup('aps.csv', 'no', 'name') })).rejects.toMatchObject({
      code: 'SOURCE_MISSING',
    });
  });

  it('refuses a description without its columns', () => {
    expect(() => csvLookup('apps.csv', 'no', undefined as unknown as string)).toThrow(
      'valueColumn must be a text',
    );
  });
});
