import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { Report } from '../../src/result/report.ts';
import type { HereOptions } from '../faults/in-process.ts';
import { bodyOf, otherwise, type Row, someRows } from '../faults/rows.ts';
import { SHORT, TARGET } from '../target.ts';
import { aScene, commented, type Scene } from './scene.ts';

/** Enough for several pages of questions, the last of them not full. */
const ROWS = 93;
const NO_WAITS = { readBackWaitsMs: [] };

interface Announced {
  readonly cost: Report['cost'];
}

/** What arrives by `work`, by endpoint, without what only signs in. */
async function arrivedBy<T>(
  scene: Scene,
  work: () => Promise<T>,
): Promise<readonly [T, Record<string, number>]> {
  const before = scene.sandbox.arrivals().length;
  const done = await work();
  const arrived: Record<string, number> = {};
  for (const { endpoint } of scene.sandbox.arrivals().slice(before))
    if (endpoint !== 'token') arrived[endpoint] = (arrived[endpoint] ?? 0) + 1;
  return [done, arrived];
}

function expectAsAnnounced({ cost }: Announced, arrived: Readonly<Record<string, number>>): void {
  const announced = Object.entries(cost?.endpoints ?? {}).filter(([, n]) => n > 0);
  expect(arrived).toEqual(Object.fromEntries(announced));
}

/** A first night of `first` rows and a second one, in which some of them changed and others came. */
async function twoNights(
  context: Pick<TestContext, 'onTestFinished'>,
  first: number,
): Promise<readonly [Scene, Row[]]> {
  const scene = await aScene(context);
  const rows = someRows(ROWS);
  if (first > 0) {
    scene.write(rows.slice(0, first));
    await scene.here();
    scene.age();
  }
  const night = rows.map((row, i) => (i < first && i % 4 === 0 ? commented(row) : row));
  scene.write(night);
  return [scene, night];
}

async function expectSync(scene: Scene, options: HereOptions = {}): Promise<Report> {
  const [report, arrived] = await arrivedBy(scene, () => scene.here({ ...NO_WAITS, ...options }));
  expect(report.stopped).toBeNull();
  expectAsAnnounced(report, arrived);
  return report;
}

describe(`a sync of ${TARGET} sends as many requests as were announced`, {
  concurrent: true,
  timeout: 60_000,
}, () => {
  it.skipIf(SHORT)('of a first night: creates, after a look at a sample', async (context) => {
    const [scene] = await twoNights(context, 0);
    const report = await expectSync(scene);
    expect(report.rows.created).toBe(ROWS);
    expect(report.cost?.tokens).toBe(1);
  });

  it('of updates among creates, page by page', async (context) => {
    const [scene] = await twoNights(context, 50);
    const report = await expectSync(scene);
    expect(report.rows).toMatchObject({ created: 43, updated: 13 });
  });

  it.skipIf(SHORT)('of a night with nothing to do', async (context) => {
    const [scene, night] = await twoNights(context, ROWS);
    await scene.here();
    scene.write(night);
    const report = await expectSync(scene);
    expect([report.rows.unchanged, report.cost?.requests, report.cost?.tokens]).toEqual([ROWS, 0, 0]);
  });

  it.skipIf(SHORT)('of a canary, which reads back what it wrote', async (context) => {
    const [scene] = await twoNights(context, 50);
    const { code, report, arrived } = await arrivedBy(scene, () =>
      scene.json(['sync', '--canary', '30']),
    ).then(([ended, arrived]) => ({ ...ended, arrived }));
    expect(code).toBe(0);
    expectAsAnnounced(report as unknown as Announced, arrived);
  });

  it.skipIf(SHORT).for(['hold', 'overwrite'] as const)(
    'of drift that is looked for everywhere: %s',
    async (onDrift, context) => {
      const [scene, night] = await twoNights(context, 50);
      await scene.edit('R-002', { ...bodyOf(night[1]!), ...otherwise() });
      scene.age();
      const drift = { onDrift, repairDrift: true, recreateMissing: false };
      // What was edited is found only by asking: `plan --remote` announces its write, the sync by itself cannot.
      const plan = await scene.here({ ...NO_WAITS, planOnly: true, drift });
      const [, arrived] = await arrivedBy(scene, () => scene.here({ ...NO_WAITS, drift }));
      expectAsAnnounced(plan, arrived);
    },
  );

  it.skipIf(SHORT)('of records that may be missing', async (context) => {
    const [scene] = await twoNights(context, 50);
    await expectSync(scene, { drift: { onDrift: 'overwrite', repairDrift: false, recreateMissing: true } });
  });

  it.skipIf(SHORT)(
    'of what somebody has entered already, where the plan was compared with Feishu',
    async (context) => {
      const [scene, night] = await twoNights(context, 50);
      for (const row of night.slice(51, 54)) await scene.enter(row);
      const plan = await scene.here({ ...NO_WAITS, planOnly: true });
      expect(plan.noted.adopted).toBe(3);
      const [report, arrived] = await arrivedBy(scene, () => scene.here(NO_WAITS));
      expect(report.noted.adopted).toBe(3);
      expectAsAnnounced(plan, arrived);
    },
  );

  it.for(['', '--remote'])('of a saved plan: plan %s', async (flag, context) => {
    const [scene, night] = await twoNights(context, 50);
    for (const row of flag !== '' ? night.slice(51, 54) : []) await scene.enter(row);
    const file = join(scene.folder, 'night.plan');
    const plan = await scene.json(['plan', '--out', file, ...(flag === '' ? [] : [flag])]);
    const [ended, arrived] = await arrivedBy(scene, () => scene.json(['sync', '--plan', file]));
    expect([plan.code, ended.code]).toEqual([0, 0]);
    for (const { report } of [plan, ended]) expectAsAnnounced(report as unknown as Announced, arrived);
  });
});
