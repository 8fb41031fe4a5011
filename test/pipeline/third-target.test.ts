import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { digits, text } from '../../src/feishu/payloads.ts';
import { defineTarget } from '../../src/feishu/target.ts';
import { TARGETS } from '../../src/feishu/targets.ts';
import { definePipelineFor } from '../../src/pipeline/define.ts';
import { csv } from '../../src/readers/csv.ts';
import type { Fetch, Sandbox } from '../../src/sandbox/index.ts';
import { runHere } from '../faults/in-process.ts';
import { aStage } from '../faults/stage.ts';

/** A kind of object that neither hire-sync nor its sandbox knows; the description is all that there is of it. */
const trial = defineTarget({
  name: 'external_trial_day',
  label: { zh: '试工', en: 'trial day' },
  schema: z.strictObject({
    external_application_id: digits,
    held_on: z.int().optional(),
    remark: text.optional(),
  }),
  dateField: 'held_on',
  near: { who: 'remark', texts: ['remark'] },
  readBack: (found) => found,
  shape: {
    kind: 'object',
    fields: [
      { name: 'external_application_id', shape: { kind: 'id' }, label: { zh: '投递', en: 'application' } },
      { name: 'held_on', shape: { kind: 'instant' }, label: { zh: '日期', en: 'date' } },
      { name: 'remark', shape: { kind: 'text' }, label: { zh: '备注', en: 'remark' } },
    ],
  },
});

const NAMES = [
  ['external_trial_day', 'external_background_check'],
  ['held_on', 'date'],
  ['remark', 'result'],
] as const;

/** The sandbox's background checks under the names of trial days: keys, windows, faults and paging are the real ones. */
function asTrialDays({ fetch }: Sandbox): Fetch {
  return async (input, init) => {
    const there = (said: string) => NAMES.reduce((all, [ours, theirs]) => all.replaceAll(ours, theirs), said);
    const back = (said: string) => NAMES.reduce((all, [ours, theirs]) => all.replaceAll(theirs, ours), said);
    const request = new Request(input, init);
    const { method, headers, signal } = request;
    const body = method === 'GET' ? {} : { body: there(await request.text()) };
    const response = await fetch(there(request.url), { method, headers, signal, ...body });
    return new Response(back(await response.text()), { status: response.status, headers: response.headers });
  };
}

const pipeline = definePipelineFor(trial, {
  name: 'trial-days',
  source: csv('days.csv', { columns: ['id', 'application', 'remark'] }),
  key: (row) => row.id,
  map: (row) => ({
    external_application_id: row.application,
    held_on: 1_709_600_700_000,
    remark: row.remark,
  }),
});

it('a target that is only described goes through plan, ledger, recovery and reports', async (context) => {
  const lost = {
    match: { endpoint: 'external_background_check.create', key: 'trial-days:D-2' },
    fault: { kind: 'reset-after' },
    times: 1,
  } as const;
  const stage = await aStage(context, { rows: [], sandbox: { repeat: 'refuses', faults: [lost] } });
  const write = (...remarks: readonly string[]) => {
    const lines = remarks.map((remark, i) => `D-${i + 1},69606632409259564${i},${remark}\n`);
    writeFileSync(join(stage.source, 'days.csv'), `id,application,remark\n${lines.join('')}`);
  };
  const run = () => runHere(stage, { pipeline, fetch: asTrialDays(stage.sandbox) });

  write('gut', 'sehr gut', 'na ja');
  const first = await run();
  expect(first.rows).toMatchObject({ read: 3, created: 3 });
  // The answer to one create was lost, and its repeat refused: it was found by its content.
  expect(Object.keys(first.requests).sort()).toEqual([
    'external_trial_day.batch_query',
    'external_trial_day.create',
  ]);
  expect(stage.sandbox.backgroundChecks().map(({ externalId, body }) => [externalId, body.result])).toEqual([
    ['trial-days:D-1', 'gut'],
    ['trial-days:D-2', 'sehr gut'],
    ['trial-days:D-3', 'na ja'],
  ]);

  expect((await run()).rows).toMatchObject({ read: 3, unchanged: 3 });
  write('gut', 'sehr gut', 'doch gut');
  expect((await run()).rows).toMatchObject({ read: 3, unchanged: 2, updated: 1 });
  expect(stage.sandbox.state().writes).toEqual({
    'external_background_check.create': 3,
    'external_background_check.update': 1,
  });
  expect(stage.targets()).toEqual(['external_trial_day']);

  const other = { ...pipeline, target: TARGETS.external_interview };
  await expect(runHere(stage, { pipeline: other })).rejects.toMatchObject({ code: 'PIPELINE_INVALID' });
});

it('refuses what its schema does not have', async (context) => {
  const stage = await aStage(context, { rows: [] });
  writeFileSync(join(stage.source, 'days.csv'), 'id,application,remark\nD-1,x,y\n');
  const report = await runHere(stage, { pipeline, fetch: asTrialDays(stage.sandbox) });
  expect(report.rows).toMatchObject({ read: 1, rejected: 1 });
});
