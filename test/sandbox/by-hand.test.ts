import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../src/sandbox/index.ts';
import { APPLICATION, clientOf, INTERVIEWS, reach } from './client.ts';
import { aQuirkStage, INTERVIEW, OTHER_APPLICATION, TARGETS } from './quirk-stage.ts';

describe.each(TARGETS)('what a person does by hand: an $resource', (target) => {
  const { resource, path, body, withText, time } = target;
  const endpoint = `${resource}.create` as const;

  it('typed in, 30 of them, is there for the app, which has written nothing', async () => {
    const stage = await aQuirkStage(target);
    const bodies = Array.from({ length: 30 }, (_, index) => body(index));
    const seed = resource === 'external_interview' ? { interviews: bodies } : { backgroundChecks: bodies };
    stage.sandbox.seed(seed as object);
    const first = await stage.page(20);
    const second = await stage.page(20, first.json.data.page_token);
    expect([first, second].map((got) => stage.idsIn(got).length)).toEqual([20, 10]);
    expect(stage.stored()).toEqual(bodies);
    expect(stage.sandbox.state().writes).toEqual({});
  });

  it('is edited: the fields given change, null empties one, the others stay', async () => {
    const stage = await aQuirkStage(target, [], { assessmentIds: 'regenerate' });
    const created = stage.objectIn(await stage.create(1));
    stage.sandbox.byHand({ edit: [{ id: created.id, set: { ...withText('改过'), [time]: null } }] });
    const [shown] = (await stage.byIds([created.id])).json.data.items;
    expect(stage.stored()).toEqual([body(1, { ...withText('改过'), [time]: undefined })]);
    expect(shown).not.toHaveProperty(time);
    // A person edits an assessment in its place, so it stays the same one.
    expect(shown.interview_assessments?.[0].id).toBe(created.interview_assessments?.[0].id);
    expect(stage.sandbox.state().writes).toEqual({ [endpoint]: 1 });
  });

  it('is deleted, and unknown to the app from then on', async () => {
    const stage = await aQuirkStage(target);
    const { id } = stage.objectIn(await stage.create(1));
    stage.sandbox.byHand({ remove: [id] });
    expect(stage.idsIn(await stage.byIds([id]))).toEqual([]);
    expect((await stage.update(id, 1)).json.code).toBe(1002002);
    expect((await stage.remove(id)).json.code).toBe(1002002);
  });

  it('goes with its application, which takes no more of them', async () => {
    const stage = await aQuirkStage(target);
    const { id } = stage.objectIn(await stage.create(1));
    const kept = stage.objectIn(await stage.create(2, { external_application_id: OTHER_APPLICATION }));
    stage.sandbox.byHand({ removeApplications: [APPLICATION] });
    expect(stage.idsIn(await stage.byIds([id, kept.id]))).toEqual([kept.id]);
    expect(stage.idsIn(await stage.page(20))).toEqual([]);
    expect((await stage.create(3)).json).toMatchObject({
      code: 1002002,
      error: { field_violations: [{ field: 'external_application_id', value: APPLICATION }] },
    });
    stage.sandbox.setRules({ unknownApplicationCode: 1002201 });
    expect((await stage.update(kept.id, 2)).json.code).toBe(1002201);
    stage.sandbox.reset();
    expect((await stage.create(3, { attachment_id_list: undefined })).json.code).toBe(0);
  });

  it('lags in reads as any change', async () => {
    const stage = await aQuirkStage(target);
    const { id } = stage.objectIn(await stage.create(1));
    stage.sandbox.clock.advance(1_000);
    stage.sandbox.setRules({ readLagMs: 1_000 });
    stage.sandbox.byHand({ remove: [id] });
    expect(stage.idsIn(await stage.byIds([id]))).toEqual([id]);
    stage.sandbox.clock.advance(1_000);
    expect(stage.idsIn(await stage.byIds([id]))).toEqual([]);
  });

  it('can be done from another process', async () => {
    const sandbox = createSandbox();
    const [, url] = await reach(sandbox, 'socket');
    const control = clientOf(fetch, `${url}/_sandbox`);
    const key = path === INTERVIEWS ? 'interviews' : 'backgroundChecks';
    const seeded = await control('POST', '/seed', { [key]: [body(1, { attachment_id_list: undefined })] });
    const [id] = seeded.json[key];
    expect((await control('POST', '/by-hand', { edit: [{ id, set: { [time]: 5 } }] })).json).toEqual({});
    expect((await control('GET', '/state')).json[key][0].body[time]).toBe(5);
    await control('POST', '/by-hand', { removeApplications: [APPLICATION] });
    expect((await control('GET', '/state')).json).toMatchObject({
      [key]: [],
      removedApplications: [APPLICATION],
    });
  });
});

it.each([
  ['an unknown id', { remove: ['1'] }, /no object 1/],
  ['an unknown field', { edit: [{ id: 'ID', set: { begin: 1 } }] }, /begin/],
  ['a wrong value', { edit: [{ id: 'ID', set: { participate_status: 9 } }] }, /participate_status/],
  [
    'a body without its application',
    { edit: [{ id: 'ID', set: { external_application_id: null } }] },
    /application/,
  ],
  ['a misspelt deed', { delete: ['1'] }, /delete/],
])('refuses %s, and then nothing is done', async (_, work, message) => {
  const stage = await aQuirkStage(INTERVIEW);
  const { id } = stage.objectIn(await stage.create(1));
  const given = JSON.parse(JSON.stringify(work).replace('ID', id));
  const act = () => stage.sandbox.byHand({ edit: [{ id, set: { begin_time: 7 } }], ...given });
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(stage.stored()).toEqual([INTERVIEW.body(1)]);
});
