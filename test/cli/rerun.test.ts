import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './child.ts';
import { EXPECTED, EXPECTED_2, editedExport, NIGHT_1, NIGHT_2, rowsOf, shuffledExport } from './exports.ts';
import { bodiesOf, withNormalNote } from './facts.ts';
import { aPlace, openPlace, PIPELINE, type Place } from './place.ts';

const pipeline = (name: string) => join(ROOT, 'pipelines', `${name}.ts`);

describe('a rerun', () => {
  let place: Place;
  beforeAll(async () => {
    place = await openPlace();
    await place.sync();
  });
  afterAll(() => place.close());

  const same: readonly [string, () => string[]][] = [
    ['the same export', () => []],
    [
      'the export in another order',
      () => ['--source', shuffledExport(NIGHT_1, join(place.folder, 'shuffled'), 7)],
    ],
    ['the export in GB18030', () => [pipeline('legacy-ats-gb18030')]],
    ['the export as JSON', () => [pipeline('legacy-ats-json')]],
  ];
  it.each(same)('on %s writes nothing', async (_name, args) => {
    const before = place.writes().length;
    const objects = place.sandbox.interviews();
    const { code, report } = await place.sync(...args());
    expect(place.writes()).toHaveLength(before);
    expect(place.sandbox.interviews()).toEqual(objects);
    expect(report.requests).toEqual({});
    expect(report.rows).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: EXPECTED.create.length,
      rejected: EXPECTED.rejected.length,
    });
    // The rejected rows are all that is left open.
    expect(code).toBe(3);
  });
});

describe('a sync with an empty ledger into a tenant that holds the data', () => {
  it('stops before the first write and says which ledger to take', async () => {
    const place = await aPlace();
    await place.sync();
    const before = place.writes().length;
    const { code, stdout, stderr } = await place.run(['sync', PIPELINE, '--ledger', 'empty.db']);
    expect(code).toBe(4);
    expect(stdout).toMatch(/115 not begun/);
    expect(stderr).toMatch(/Stopped before the first write .*--ledger.*ledger rebuild/);
    expect(place.writes()).toHaveLength(before);
  });
});

describe('one changed cell', () => {
  it('becomes one PUT with the whole interview in its body', async () => {
    const place = await aPlace();
    await place.sync();
    const before = new Map(place.sandbox.interviews().map((object) => [object.id, object]));
    const firstWrites = place.writes().length;
    const target = assessmentAmongOthers();
    const source = editedExport(NIGHT_1, join(place.folder, 'edited'), {
      table: 'assessments',
      id: target.assessment_id!,
      column: 'result',
      value: '不通过',
    });
    const { report } = await place.sync('--source', source);

    expect(report.rows).toMatchObject({ created: 0, updated: 1, unchanged: EXPECTED.create.length - 1 });
    expect(place.writes().slice(firstWrites)).toMatchObject([{ method: 'PUT', status: 200 }]);
    const changed = place.sandbox.interviews().filter((object) => object.writes > 1);
    expect(changed).toMatchObject([{ externalId: `legacy-ats:${target.interview_id}` }]);
    const [after] = changed;
    expect(withNormalNote(after!.body)).toEqual(
      bodiesOf(source, [target.interview_id!]).get(target.interview_id!),
    );
    const [old, fresh] = [before.get(after!.id)!, after!].map(({ body }) => body.interview_assessments!);
    expect(fresh!.length).toBeGreaterThanOrEqual(3);
    expect(fresh!.map(({ conclusion, ...rest }) => rest)).toEqual(
      old!.map(({ conclusion, ...rest }) => rest),
    );
    expect(old!.filter(({ conclusion }, i) => conclusion !== fresh![i]!.conclusion)).toHaveLength(1);
  });
});

describe('the second night', () => {
  it('brings exactly its changes, and leaves what vanished as it is', async () => {
    const place = await aPlace();
    await place.sync();
    const firstNight = new Map(place.sandbox.interviews().map((object) => [object.externalId, object]));
    const firstWrites = place.writes().length;
    const planned = (await place.plan('--source', NIGHT_2)).report;
    const { code, report } = await place.sync('--source', NIGHT_2);

    const updates = planned.changes.filter(({ kind }) => kind === 'update');
    expect(updates.map(({ key, fields }) => ({ key, paths: fields })).sort(byKey)).toEqual(
      [...EXPECTED_2.update].sort(byKey),
    );
    expect(keysOf(planned.changes.filter(({ kind }) => kind === 'create'))).toEqual(
      EXPECTED_2.create.toSorted(),
    );
    expect([...report.missingKeys].sort()).toEqual(EXPECTED_2.missing.toSorted());
    expect(report.missing).toBe(EXPECTED_2.missing.length);
    expect(report.rows).toMatchObject({
      created: EXPECTED_2.create.length,
      updated: EXPECTED_2.update.length,
      unchanged: EXPECTED_2.unchanged.length,
      skipped: EXPECTED_2.skipped.length,
      rejected: EXPECTED_2.rejected.length,
    });
    expect(code).toBe(3);

    const written = place.writes().slice(firstWrites);
    expect(written.filter(({ method }) => method === 'POST')).toHaveLength(EXPECTED_2.create.length);
    expect(written.filter(({ method }) => method === 'PUT')).toHaveLength(EXPECTED_2.update.length);
    expect(written).toHaveLength(EXPECTED_2.create.length + EXPECTED_2.update.length);

    const objects = new Map(place.sandbox.interviews().map((object) => [object.externalId, object]));
    const present = [
      ...EXPECTED_2.create,
      ...EXPECTED_2.update.map(({ key }) => key),
      ...EXPECTED_2.unchanged,
    ];
    expect(objects.size).toBe(present.length + EXPECTED_2.missing.length);
    for (const [key, body] of bodiesOf(NIGHT_2, present))
      expect(withNormalNote(objects.get(`legacy-ats:${key}`)!.body), key).toEqual(body);
    for (const key of [...EXPECTED_2.missing, ...EXPECTED_2.unchanged])
      expect(objects.get(`legacy-ats:${key}`)).toEqual(firstNight.get(`legacy-ats:${key}`));
  });
});

/** A 通过 in an interview with two more assessments. */
function assessmentAmongOthers() {
  const created = new Set(EXPECTED.create);
  const panels = Map.groupBy(rowsOf(NIGHT_1, 'assessments'), (row) => row.interview_id);
  const rows = [...panels]
    .filter(([id, panel]) => created.has(id!) && panel.length >= 3)
    .flatMap(([, panel]) => panel);
  return rows.find((row) => row.result === '通过')!;
}

const byKey = (a: { readonly key: string }, b: { readonly key: string }) => (a.key < b.key ? -1 : 1);
const keysOf = (changes: readonly { readonly key: string }[]) => changes.map(({ key }) => key).sort();
