import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  csv,
  csvLookup,
  definePipeline,
  hashKey,
  id,
  join as joined,
  jsonl,
  many,
  required,
} from '../../src/index.ts';
import { openLedger } from '../../src/ledger/ledger.ts';
import type { Pipeline } from '../../src/pipeline/define.ts';
import { planJob } from '../../src/pipeline/planning.ts';
import { eachChange, openPlanStore } from '../../src/plan/plan-store.ts';
import { aFolder } from '../builders.ts';
import { anExport, aPlace } from '../incremental/nights.ts';

/** What a plan of these files comes to: the rows to be created and what needs an eye, or the refusal. */
async function planned(pipeline: Pipeline, files: Readonly<Record<string, string>>) {
  const folder = aFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const ledger = openLedger({ file: '', mode: 'read', now: Date.now });
  const store = openPlanStore();
  try {
    const deps = { ledger, store, writer: null, rate: 9, now: Date.now };
    const { eyes } = await planJob({ run: 'r', pipeline, folder, allowed: [] }, deps);
    const problems = [...eachChange(store, ['rejected'])].flatMap(({ change }) =>
      change.kind === 'rejected' ? change.problems.map(({ message }) => message) : [],
    );
    return { created: store.count('create'), eyes, problems, refused: '' };
  } catch (error) {
    return { created: 0, eyes: [], problems: [], refused: String(error) };
  } finally {
    store.close();
    ledger.close();
  }
}

const target = { name: 'digits', target: 'external_interview' } as const;
const OTHER = '6960663240925956437';
const someone = { interview_assessments: [{ username: '王强' }] };
const source = csv('a.csv', { columns: ['no', 'id'] });

/** In each of them column `id` of a.csv, or of the table, ends up as a key or an id. */
const USES: Readonly<Record<string, readonly [pipeline: Pipeline, column: string]>> = {
  'as the key': [
    definePipeline({
      ...target,
      source,
      key: (row) => row.id,
      map: () => ({ ...someone, external_application_id: OTHER }),
    }),
    'a.csv, column "id"',
  ],
  'as a part of a key': [
    definePipeline({
      ...target,
      source,
      key: (row) => hashKey(row.no, row.id),
      map: () => ({ ...someone, external_application_id: OTHER }),
    }),
    'a.csv, column "id"',
  ],
  'through id()': [
    definePipeline({
      ...target,
      source,
      key: (row) => row.no,
      map: (row) => ({ ...someone, external_application_id: id(row.id) }),
    }),
    'a.csv, column "id"',
  ],
  'as an id of the payload': [
    definePipeline({
      ...target,
      source,
      key: (row) => row.no,
      map: (row) => ({ ...someone, external_application_id: required(row.id) }),
    }),
    'a.csv, column "id"',
  ],
  'as a made id of the payload': [
    definePipeline({
      ...target,
      source,
      key: (row) => row.no,
      map: (row) => ({ ...someone, external_application_id: row.id.replace('x', '') }),
    }),
    'a.csv, column',
  ],
  'as the key of a lookup': [
    definePipeline({
      ...target,
      source,
      lookups: { table: csvLookup('p.csv', 'no', 'no') },
      key: (row) => row.no,
      map: (row, { lookup }) => ({ ...someone, external_application_id: lookup('table', row.id, OTHER) }),
    }),
    'a.csv, column "id"',
  ],
  'in the table of a lookup': [
    definePipeline({
      ...target,
      source,
      lookups: { table: csvLookup('t.csv', 'no', 'id') },
      key: (row) => row.no,
      map: (row, { lookup }) => ({ ...someone, external_application_id: lookup('table', row.no, OTHER) }),
    }),
    't.csv, column "id"',
  ],
  'in the keys of a lookup': [
    definePipeline({
      ...target,
      source,
      lookups: { table: csvLookup('t.csv', 'id', 'no') },
      key: (row) => row.no,
      map: () => ({ ...someone, external_application_id: OTHER }),
    }),
    't.csv, column "id"',
  ],
  'in child rows': [
    definePipeline({
      ...target,
      source: joined(csv('p.csv', { columns: ['no'] }), { ids: many(source, 'no') }),
      key: (row) => row.no,
      map: (row) => ({
        external_application_id: OTHER,
        interview_assessments: row.ids.map((one) => ({ username: id(one.id) })),
      }),
    }),
    'a.csv, column "id"',
  ],
  'in JSON': [
    definePipeline({
      ...target,
      source: jsonl<{ no: string; id: string }>('a.jsonl'),
      key: (row) => row.no,
      map: (row) => ({ ...someone, external_application_id: id(row.id) }),
    }),
    'a.jsonl, column "id"',
  ],
};

const filesOf = (ids: readonly string[]) => {
  const table = ['no,id', ...ids.map((one, index) => `N${index},${one}`)].map((line) => `${line}\n`).join('');
  const parents = ['no', ...ids.map((_, index) => `N${index}`)].map((line) => `${line}\n`).join('');
  const lines = ids.map((one, index) => `${JSON.stringify({ no: `N${index}`, id: one })}\n`).join('');
  return { 'a.csv': table, 't.csv': table, 'p.csv': parents, 'a.jsonl': lines };
};

const SOUND = Array.from({ length: 5 }, (_, index) => `69606632409259564${30 + index}`);
const LOST = SOUND.map((one, index) => `${one.slice(0, 13)}${10 + index}0000`);

describe.each(Object.entries(USES))('ids %s', (_use, [pipeline, column]) => {
  it('that Excel shortened are refused by name before anything is planned', async () => {
    const { refused } = await planned(pipeline, filesOf(LOST));
    expect(refused).toContain(column);
    expect(refused).toContain('Excel keeps 15 digits; export again as text');
    for (const one of LOST) expect(refused).not.toContain(one);
  });

  it('go in where most are sound, and those that are not need an eye', async () => {
    const { refused, created, eyes } = await planned(pipeline, filesOf([...SOUND, ...LOST.slice(0, 2)]));
    expect(refused).toBe('');
    expect(created).toBe(SOUND.length + 2);
    const [eye, ...others] = eyes;
    expect(others).toEqual([]);
    expect(`${eye?.file}, column "${eye?.column}"`).toContain(column);
    const first = column.startsWith('a.jsonl') ? 6 : 7;
    expect(eye).toMatchObject({ rows: 2, lines: [first, first + 1] });
    expect((await planned(pipeline, filesOf(SOUND))).eyes).toEqual([]);
  });
});

it('any column of random ids passes', async () => {
  const [pipeline] = USES['through id()'] as (typeof USES)[string];
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.bigInt({ min: 10n ** 18n, max: 9n * 10n ** 18n }).map(String), {
        minLength: 4,
        maxLength: 30,
      }),
      async (ids) => {
        // What fast-check likes to make has many zeros: those of an exporter have not.
        const random = ids.map((one, index) => `${one.slice(0, 17)}${11 + (index % 80)}`);
        expect((await planned(pipeline, filesOf(random))).refused).toBe('');
        const shortened = random.map((one) => `${one.slice(0, 15)}0000`);
        const isMany = new Set(shortened).size > 1;
        expect((await planned(pipeline, filesOf(shortened))).refused.includes('Excel keeps 15')).toBe(isMany);
      },
    ),
    { numRuns: 30 },
  );
});

it('an id with ".0" is named for what it is, as a key and in the payload', async () => {
  for (const use of ['as the key', 'through id()', 'as an id of the payload']) {
    const [pipeline] = USES[use] as (typeof USES)[string];
    const { created, problems } = await planned(pipeline, filesOf(['5001.0', '5002']));
    expect([created, problems]).toEqual([
      1,
      [expect.stringMatching(/"5001\.0".* pandas or a spreadsheet .*as text/)],
    ]);
  }
});

describe('on a night on which most rows are known by their bytes', () => {
  /** The night before: sound keys, twelve of them. */
  async function settled() {
    const place = aPlace();
    const made = anExport(12);
    const rename = (cells: string[], at: number) => (cells[at] = `69606632409259${cells[at]?.slice(1)}37`);
    for (const cells of made.interviews) rename(cells, 0);
    for (const cells of made.assessments) rename(cells, 1);
    place.put(made);
    await place.sync();
    return { ...place, made };
  }
  const fresh = (key: string) => [key, 'A001', '完成', '2024-03-01 09:00', ''];

  it('a few new ids that end with zeros are judged with all others', async () => {
    const { plan, put, made } = await settled();
    made.interviews.push(fresh('6960663240925910000'), fresh('6960663240925920000'));
    put(made);
    const short = await plan();
    expect(short.told).toEqual((await plan({ full: true })).told);
    // Read a second time, whole: by themselves they would have been refused.
    expect(short.readings).toEqual([2, null]);
    expect(short.told.counts).toMatchObject({ create: 2, unchanged: 12 });
  });

  it('a whole column that was shortened is refused', async () => {
    const { plan, put, made } = await settled();
    for (const [index, cells] of made.interviews.entries()) cells[0] = `${696066324092000 + index}0000`;
    made.assessments.length = 0;
    put(made);
    await expect(plan()).rejects.toThrow('interviews.csv, column "id"');
  });
});
