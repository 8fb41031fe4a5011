import { expect, it } from 'vitest';
import { aTenant } from '../answers/tenant.ts';
import { createInFeishu } from '../faults/feishu-user.ts';
import { bodyOf, type Row } from '../faults/rows.ts';
import { command } from '../ledger/command.ts';
import { aStory, rowsOf } from '../stories/story.ts';
import { CREATE, objectsIn } from '../target.ts';

it.concurrent('a hold beside what somebody typed ends by itself when that is gone', async (context) => {
  const story = await aStory(context);
  const [one, ...others] = rowsOf(6) as [Row, ...Row[]];
  story.typeInFeishu([{ ...one, verdict: '不通过' }]);
  await story.night([one, ...others], { created: 5, held: 1 });
  await story.night([one, ...others], { held: 1 });
  const typed = objectsIn(story.stage.sandbox).find(({ externalId }) => externalId === null);
  await story.stage.sandbox.byHand({ remove: [typed?.id ?? ''] });
  await story.night([one, ...others], { created: 1 });
  story.expectRight([one, ...others]);
});

it.concurrent('a hold beside a record that vanished ends by itself when that is back', async (context) => {
  const story = await aStory(context);
  const [one, ...others] = rowsOf(6) as [Row, ...Row[]];
  const other: Row = { ...one, id: 'Z-1', verdict: '不通过' };
  await story.night([one, ...others], { created: 6 });
  await story.night([other, ...others], { held: 1, missing: 1 });
  await story.night([one, ...others], {});
  await story.night([one, other, ...others], { created: 1 });
  story.expectRight([one, other, ...others]);
  expect(story.objects()).toBe(7);
});

it.concurrent('so does that of a create that was sent and never arrived', async (context) => {
  const [one, ...others] = rowsOf(3) as [Row, ...Row[]];
  const faults = [{ match: { endpoint: CREATE, key: one.id }, fault: { kind: 'reset-before' } as const }];
  const tenant = await aTenant(context, [one, ...others], [], { faults });
  const quick = { here: { policy: { attempts: 2, baseMs: 1, capMs: 2 } } };
  expect((await tenant.night(quick)).report.rows).toMatchObject({ created: 2, inDoubt: 1 });
  tenant.stage.sandbox.setFaults([]);
  const typed = await createInFeishu(tenant.stage.sandbox, bodyOf({ ...one, verdict: '不通过' }));
  const laterMs = 25 * 3_600_000;
  for (const held of [await tenant.night({ laterMs }), await tenant.night({ laterMs })])
    expect([held.report.exitCode, held.report.rows, held.sent.creates]).toMatchObject([3, { held: 1 }, 0]);
  await tenant.stage.sandbox.byHand({ remove: [typed] });
  const { report, sent } = await tenant.night({ laterMs });
  expect([report.exitCode, report.rows.held, sent.creates, tenant.count()]).toEqual([0, 0, 1, 3]);
});

it.concurrent('what somebody deleted and typed anew is not created a second time', async (context) => {
  const [one, ...others] = rowsOf(3) as [Row, ...Row[]];
  const tenant = await aTenant(context, [one, ...others]);
  await tenant.night();
  const { sandbox } = tenant.stage;
  await sandbox.byHand({ remove: [tenant.idOf(one.id)] });
  const typed = await createInFeishu(sandbox, bodyOf({ ...one, verdict: '不通过' }));
  const days = { laterMs: 3 * 86_400_000, recreateMissing: true };
  const held = await tenant.night(days);
  expect([held.report.exitCode, held.report.rows, tenant.count()]).toMatchObject([
    3,
    { held: 1, created: 0 },
    3,
  ]);
  const adopt = [tenant.stage.pipelineFile, one.id, '--adopt', typed];
  expect((await command(tenant.stage, 'resolve', ...adopt)).code).toBe(0);
  expect((await tenant.night(days)).report).toMatchObject({ exitCode: 0, rows: { updated: 1 } });
  expect([tenant.held(one.id), tenant.count()]).toEqual([bodyOf(one), 3]);
});

it.concurrent('what was deleted is not created beside what it became under another spelling of its key', async (context) => {
  const [one, ...others] = rowsOf(3) as [Row, ...Row[]];
  const tenant = await aTenant(context, [one, ...others]);
  await tenant.night();
  await tenant.stage.sandbox.byHand({ remove: [tenant.idOf(one.id)] });
  const other = { beginMs: one.beginMs + 40 * 86_400_000, comment: 'Another text about another talk.' };
  const respelt: Row = { ...one, ...other, id: one.id.replace('-', '-0') };
  tenant.stage.write([respelt, ...others]);
  expect((await tenant.night()).report.rows).toMatchObject({ created: 1, held: 0 });
  const back: Row = { ...one, comment: 'A third text, about a third talk.' };
  tenant.stage.write([back, ...others]);
  const days = { laterMs: 3 * 86_400_000, recreateMissing: true };
  const { exitCode, rows } = (await tenant.night(days)).report;
  expect([exitCode, rows, tenant.count()]).toMatchObject([3, { held: 1, created: 0 }, 3]);
  const rekey = [tenant.stage.pipelineFile, '--source', tenant.stage.source, '--yes'];
  expect(await command(tenant.stage, 'rekey', ...rekey)).toMatchObject({
    code: 0,
    out: expect.stringMatching(new RegExp(`^ {2}${respelt.id} +→ ${one.id} +like key`)) as string,
  });
  expect((await tenant.night(days)).report).toMatchObject({ exitCode: 0, rows: { updated: 1 } });
  expect([tenant.held(one.id), tenant.count()]).toEqual([bodyOf(back), 3]);
});
