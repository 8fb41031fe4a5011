import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import type { SourceRecord } from '../../src/model.ts';
import { csv } from '../../src/readers/csv.ts';
import { join } from '../../src/readers/join.ts';
import { json } from '../../src/readers/json.ts';
import { jsonl } from '../../src/readers/jsonl.ts';
import { many } from '../../src/readers/many.ts';
import { aFolder, readFrom } from './reading.ts';

const INTERVIEWS = 'interview_id,name\nI1,张三\nI2,王芳\n,none\nI3,李雷\n';
const ASSESSMENTS = 'assessment_id,interview_id,by\nA3,I2,c\nA1,I1,a\nA9,I9,x\nA2,I1,b\nA8,,y\n';
const SCORES = 'assessment_id,title,score\nA1,t,1\nA9,lost,5\nA3,t,3\nA1,u,2\nA7,lost,4\n,lost,6\n';

const whole = join(csv('i.csv', { columns: ['interview_id', 'name'] }), {
  assessments: many(csv('a.csv', { columns: ['assessment_id', 'interview_id', 'by'] }), 'interview_id', {
    scores: many(csv('s.csv', { columns: ['assessment_id', 'title', 'score'] }), 'assessment_id'),
  }),
});

const brief = (record: SourceRecord): unknown => {
  const children = Object.values(record.children).flat().map(brief);
  const name = String(Object.values(record.values)[0]);
  return children.length === 0 ? name : { [name]: children };
};

test('two levels: children attach in file order, with their own origin', async () => {
  const folder = aFolder({ 'i.csv': INTERVIEWS, 'a.csv': ASSESSMENTS, 's.csv': SCORES });
  const { records, files, orphans, error } = await readFrom(folder, whole);
  expect(error).toBeUndefined();
  expect(records.map(brief)).toEqual([
    { I1: [{ A1: ['A1', 'A1'] }, 'A2'] },
    { I2: [{ A3: ['A3'] }] },
    '',
    'I3',
  ]);
  const first = records[0]?.children.assessments?.[0];
  expect(first).toMatchObject({ origin: { file: 'a.csv', line: 3 }, values: { by: 'a' } });
  expect(first?.children.scores?.map(({ origin, values }) => [origin.line, values.title])).toEqual([
    [2, 't'],
    [5, 'u'],
  ]);
  expect(records[3]?.children).toEqual({ assessments: [] });

  expect(
    orphans.map(({ origin, key, problem }) => [origin.file, origin.line, key, problem.code, problem.message]),
  ).toEqual([
    ['s.csv', 7, '', 'KEY_MISSING', '"assessment_id" is empty: the row cannot be tied to its parent.'],
    ['a.csv', 6, '', 'KEY_MISSING', '"interview_id" is empty: the row cannot be tied to its parent.'],
    ['a.csv', 4, 'I9', 'LOOKUP_MISSING', 'No row of i.csv has interview_id "I9".'],
    ['s.csv', 3, 'A9', 'LOOKUP_MISSING', 'Its parent, a.csv line 4, has no parent itself.'],
    ['s.csv', 6, 'A7', 'LOOKUP_MISSING', 'No row of a.csv has assessment_id "A7".'],
  ]);
  expect(files.map(({ file, rows, orphaned }) => [file, rows, orphaned])).toEqual([
    ['i.csv', 4, 0],
    ['s.csv', 6, 3],
    ['a.csv', 5, 2],
  ]);
  expect(whole.files).toEqual(['i.csv', 'a.csv', 's.csv']);
});

test('the row type has the children, and a wrong column does not compile', () => {
  type Row = NonNullable<(typeof whole)['rowType']>;
  expectTypeOf<Row['name']>().toBeString();
  expectTypeOf<Row['assessments'][number]['by']>().toBeString();
  expectTypeOf<Row['assessments'][number]['scores'][number]['title']>().toBeString();
  const parent = csv('i.csv', { columns: ['id'] });
  const child = csv('a.csv', { columns: ['interview_id', 'id'] });
  join(parent, { a: many(child, 'id') });
  join(parent, { a: many(child, { parent: 'id', child: 'interview_id' }) });
  // @ts-expect-error: the parent has no such column.
  join(parent, { a: many(child, 'interview_id') });
  // @ts-expect-error: the child has no such column.
  many(child, { parent: 'id', child: 'interviewid' });
  // @ts-expect-error: neither has such a column.
  many(child, 'interviewid');
  const open = join(csv('i.csv'), { a: many(csv('a.csv'), 'x') });
  type Open = NonNullable<(typeof open)['rowType']>;
  expectTypeOf<Open['a'][number]['any']>().toEqualTypeOf<string>();
});

test('a child with problems goes to its parent when its key can be read, and is reported when not', async () => {
  const folder = aFolder({
    'i.csv': 'id\n1\n2,too many\n',
    'a.jsonl':
      '{"id":1,"x":1}\n{"id":1,\n{"id":"1","x":"\\ufffd"}\n{"id":2}\n{"x":3}\n{"id":null}\n{"id":"1\\ufffd"}\n',
  });
  const source = join(csv('i.csv'), { a: many(jsonl<{ id: string | number }>('a.jsonl'), 'id') });
  const { records, orphans, files } = await readFrom(folder, source);
  expect(
    records.map(({ children }) =>
      children.a?.map(({ origin, problems }) => [origin.line, problems?.[0]?.code]),
    ),
  ).toEqual([
    [
      [1, undefined],
      [3, 'CELL_INVALID'],
    ],
    [[4, undefined]],
  ]);
  expect(records[1]?.problems).toMatchObject([{ code: 'CELL_COUNT' }]);
  expect(orphans.map(({ origin, problem }) => [origin.line, problem.code])).toEqual([
    [2, 'RECORD_UNREADABLE'],
    [5, 'KEY_MISSING'],
    [6, 'KEY_MISSING'],
    [7, 'CELL_INVALID'],
  ]);
  expect(files).toMatchObject([
    { file: 'i.csv', rows: 2 },
    { file: 'a.jsonl', rows: 7, orphaned: 4 },
  ]);
});

test('big ids of JSON and CSV meet as text; values survive the staging unchanged', async () => {
  const folder = aFolder({
    'i.json': '[{"id":6960663225533497643},{"id":7}]',
    'a.csv': 'interview,n\n6960663225533497643,007\n7, x \n',
    'b.json':
      '[{"interview":"6960663225533497643","__proto__":{"a":1},"n":[1.5,"12345678901234567890",null,"\\ud83d\\ude00"]}]',
  });
  const key = { parent: 'id', child: 'interview' } as const;
  const source = join(json('i.json'), { a: many(csv('a.csv'), key), b: many(json('b.json'), key) });
  const { records } = await readFrom(folder, source);
  expect(records[0]?.children.a?.[0]?.values).toEqual({ interview: '6960663225533497643', n: '007' });
  expect(records[1]?.children.a?.[0]?.values.n).toBe(' x ');
  const values = records[0]?.children.b?.[0]?.values ?? {};
  expect(Object.keys(values)).toEqual(['interview', '__proto__', 'n']);
  expect(values.n).toEqual([1.5, '12345678901234567890', null, '😀']);
});

test('two parents with one key both get the children', async () => {
  const folder = aFolder({ 'i.csv': 'id\n1\n1\n', 'a.csv': 'id,x\n1,a\n' });
  const { records, orphans } = await readFrom(folder, join(csv('i.csv'), { a: many(csv('a.csv'), 'id') }));
  expect(records.map(({ children }) => children.a?.length)).toEqual([1, 1]);
  expect(orphans).toEqual([]);
});

test('a join of joins: what an inner join attached goes along, and is counted when orphaned', async () => {
  const folder = aFolder({
    'i.csv': 'id\n1\n',
    'a.csv': 'aid,id\nA,1\nB,2\n',
    's.csv': 'aid,n\nA,1\nB,2\nB,3\nC,4\n',
  });
  const inner = join(csv('a.csv'), { s: many(csv('s.csv'), 'aid') });
  const { records, orphans, files } = await readFrom(folder, join(csv('i.csv'), { a: many(inner, 'id') }));
  expect(records[0]?.children.a?.[0]?.children.s?.map(({ values }) => values.n)).toEqual(['1']);
  expect(orphans.map(({ origin }) => `${origin.file}:${origin.line}`).sort()).toEqual([
    'a.csv:3',
    's.csv:3',
    's.csv:4',
    's.csv:5',
  ]);
  expect(files.map(({ file, rows, orphaned }) => [file, rows, orphaned])).toEqual([
    ['i.csv', 1, 0],
    ['a.csv', 2, 1],
    ['s.csv', 4, 3],
  ]);
});

test('one join may be read twice in one context', async () => {
  const folder = aFolder({ 'i.csv': 'id\n1\n', 'a.csv': 'id,x\n1,a\n' });
  const source = join(csv('i.csv'), { a: many(csv('a.csv'), 'id') });
  const twice = {
    ...source,
    async *read(context: Parameters<typeof source.read>[0]) {
      yield* source.read(context);
      yield* source.read(context);
    },
  };
  expect((await readFrom(folder, twice)).records.map(({ children }) => children.a?.length)).toEqual([1, 1]);
});

test('a child of two equal parents is an orphan once, and none if one of them is attached', async () => {
  const source = () => join(csv('i.csv'), { a: many(csv('a.csv'), 'i', { s: many(csv('s.csv'), 'a') }) });
  const files = { 'a.csv': 'a,i\nA,1\nA,1\nB,1\nB,2\n', 's.csv': 's,a\nx,A\ny,A\nz,B\n' };
  const {
    records,
    orphans,
    files: counts,
  } = await readFrom(aFolder({ ...files, 'i.csv': 'i,n\n2,x\n' }), source());
  expect(orphans.map(({ origin }) => `${origin.file} ${origin.line}`)).toEqual([
    ...['a.csv 2', 's.csv 2', 's.csv 3', 'a.csv 3', 'a.csv 4'],
  ]);
  expect(records[0]?.children.a?.[0]?.children.s).toMatchObject([{ values: { s: 'z' } }]);
  expect(counts).toMatchObject([
    { file: 'i.csv', rows: 1 },
    { file: 's.csv', rows: 3, orphaned: 2 },
    { file: 'a.csv', rows: 4, orphaned: 3 },
  ]);
});

test('mistakes in the pipeline are named', async () => {
  const folder = aFolder({ 'i.csv': 'interview_id,a\n1,x\n', 'a.csv': 'interview_id\n1\n' });
  const read = async (source: Parameters<typeof readFrom>[1]) => (await readFrom(folder, source)).error;
  expect(await read(join(csv('i.csv'), { b: many(csv('a.csv'), 'intervew_id') }))).toMatchObject({
    code: 'SOURCE_INVALID',
    message:
      'a.csv has no column "intervew_id", which the join uses as its key; did you mean "interview_id"?',
  });
  expect(
    (await read(join(csv('i.csv'), { b: many(csv('a.csv'), { parent: 'id', child: 'interview_id' }) })))
      ?.message,
  ).toContain('i.csv has no column "id"');
  expect(await read(join(csv('i.csv'), { a: many(csv('a.csv'), 'interview_id') }))).toMatchObject({
    code: 'PIPELINE_INVALID',
  });
  expect((await read(join(csv('i.csv'), { b: many(csv('c.csv'), 'interview_id') })))?.code).toBe(
    'SOURCE_MISSING',
  );
});

test('any shuffled children: each is attached once, in file order, or reported; the counts add up', async () => {
  const key = fc.constantFrom('', '1', '2', '3', '4', '5');
  const rows = fc.array(key, { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(key), rows, async (parents, children) => {
      const folder = aFolder({
        'i.csv': `id,_\n${parents.map((id) => `${id},x\n`).join('')}`,
        'a.csv': `id,n\n${children.map((id, n) => `${id},${n}\n`).join('')}`,
      });
      const { records, orphans, files } = await readFrom(
        folder,
        join(csv('i.csv'), { a: many(csv('a.csv'), 'id') }),
      );
      const expected = (id: string) =>
        children.flatMap((other, n) => (id !== '' && other === id ? [String(n)] : []));
      expect(records.map(({ values }) => values.id)).toEqual(parents);
      for (const {
        values,
        children: { a = [] },
      } of records)
        expect(a.map((child) => child.values.n)).toEqual(expected(String(values.id)));
      const attached = records.flatMap((record) => record.children.a ?? []).length;
      expect(attached + orphans.length).toBe(children.length);
      expect(new Set(orphans.map(({ origin }) => origin.line)).size).toBe(orphans.length);
      expect(files.at(-1)).toMatchObject({ file: 'a.csv', rows: children.length, orphaned: orphans.length });
    }),
    { numRuns: 60 },
  );
});

test('a key that a spreadsheet destroyed, or with what nobody sees, is named and ties nothing', async () => {
  const folder = aFolder({
    'i.csv': 'id,n\n6.96E+18,a\n7,b\n#N/A,c\n####,d\n8,e\n',
    'a.csv': 'id,by\n6.96E+18,x\n7\u200b,y\n#N/A,z\n####,u\n 8,v\n7,w\n',
  });
  const source = join(csv('i.csv'), { a: many(csv('a.csv'), 'id') });
  const { records, orphans } = await readFrom(folder, source);
  expect(records.map(({ children, problems }) => [children.a?.length, problems?.[0]?.code])).toEqual([
    [0, 'CELL_INVALID'],
    [1, undefined],
    [0, 'CELL_INVALID'],
    [0, 'CELL_INVALID'],
    [0, undefined],
  ]);
  expect(records[0]?.problems).toMatchObject([
    {
      field: 'id',
      value: '6.96E+18',
      message: expect.stringMatching(/scientific notation.*its "a" cannot be found/),
    },
  ]);
  expect(orphans.map(({ origin, problem }) => [origin.line, problem.code])).toEqual([
    [2, 'CELL_INVALID'],
    [3, 'CELL_INVALID'],
    [4, 'CELL_INVALID'],
    [5, 'CELL_INVALID'],
    [6, 'LOOKUP_MISSING'],
  ]);
  const messages = orphans.map(({ problem }) => problem.message);
  expect(messages[0]).toMatch(/^"6.96E\+18" is in scientific notation.*cannot be tied to its parent$/);
  expect(messages[1]).toMatch(/^"7<U\+200B>" has U\+200B zero width space as character 2/);
  expect(messages[2]).toMatch(/error of a spreadsheet formula/);
  expect(messages[3]).toMatch(/column was too narrow/);
  expect(messages[4]).toMatch(
    /has id " 8", but line 6 has "8": they differ in spaces only\. It has spaces around it/,
  );
});
