import { describe, expect, it } from 'vitest';
import type { FaultRule, Quirk } from '../../src/sandbox/index.ts';
import { aQuirkStage, DAY, OTHER_APPLICATION, TARGETS } from './quirk-stage.ts';

describe.each(TARGETS)('the answer to a write of an $resource', (target) => {
  const { resource, body, textField, withText, textIn, time } = target;
  const create = `${resource}.create` as const;
  const update = `${resource}.update` as const;

  /** Objects 0 and 1 of one application, 2 of another, and a deleted one; then the quirks are set. */
  async function setUp(...quirks: Quirk[]) {
    const stage = await aQuirkStage(target);
    const ids: string[] = [];
    for (const [number, changes] of [{}, {}, { external_application_id: OTHER_APPLICATION }, {}].entries())
      ids.push(stage.objectIn(await stage.create(number, { external_id: `ats:${number}`, ...changes })).id);
    await stage.remove(ids[3] ?? '');
    stage.sandbox.setQuirks(quirks);
    const [a = '', b = '', foreign = '', deleted = ''] = ids;
    return { ...stage, a, b, foreign, deleted };
  }

  it.each([
    ['other', 'b', 1],
    ['other-application', 'foreign', 2],
    ['deleted', 'deleted', 3],
  ] as const)('shows another object: %s', async (which, name, number) => {
    const stage = await setUp({ answer: { with: which } });
    const another = { id: stage[name], [time]: 1_709_600_000_000 + number };
    expect(stage.objectIn(await stage.update(stage.a, 8))).toMatchObject(another);
    expect(stage.met()).toEqual([`answer ${which}`]);
    expect(stage.objectIn(await stage.create(7))).toMatchObject(another);
    expect(stage.stored()[0]).toEqual(body(8));
    expect(stage.stored().at(-1)).toEqual(body(7));
  });

  it.each(['other', 'other-application', 'deleted', 'unknown'] as const)(
    'shows what was written under the id of another object: %s',
    async (which) => {
      const stage = await setUp({ answer: { with: which, part: 'id' } });
      for (const answer of [await stage.create(7), await stage.update(stage.a, 7)]) {
        const { id, ...object } = stage.objectIn(answer);
        expect(object[time]).toBe(1_709_600_000_007);
        expect(id).toMatch(/^\d{19}$/);
        expect(id).not.toBe(stage.a);
        const { items } = (await stage.byIds([id])).json.data;
        expect(items).toHaveLength(which === 'unknown' || which === 'deleted' ? 0 : 1);
      }
    },
  );

  it('shows an update as it was before, and a create as it is', async () => {
    const stage = await setUp({ answer: { with: 'before' } });
    expect(stage.objectIn(await stage.update(stage.a, 8))).toMatchObject({
      id: stage.a,
      [time]: 1_709_600_000_000,
    });
    expect(stage.met()).toEqual(['answer before']);
    expect(stage.stored()[0]).toEqual(body(8));
    expect(stage.objectIn(await stage.create(9))[time]).toBe(1_709_600_000_009);
    expect(stage.met()).toEqual([]);
  });

  it('shows nothing but the id', async () => {
    const stage = await setUp({ answer: { with: 'id-only' } });
    expect(stage.objectIn(await stage.update(stage.a, 8))).toEqual({ id: stage.a });
    expect(stage.objectIn(await stage.create(9))).toEqual({ id: expect.stringMatching(/^\d{19}$/) });
  });

  it('is the right one where the object meant does not exist, and `times` is not used up', async () => {
    const stage = await aQuirkStage(target, [{ times: 1, answer: { with: 'other' } }]);
    const first = stage.objectIn(await stage.create(1));
    expect(first[time]).toBe(1_709_600_000_001);
    expect(stage.objectIn(await stage.create(2)).id).toBe(first.id);
    expect(stage.objectIn(await stage.create(3)).id).not.toBe(first.id);
  });

  it('is crossed with that of another create under way at the same time', async () => {
    const stage = await aQuirkStage(target, [
      { match: { endpoint: create }, times: 2, answer: { with: 'crossed' } },
    ]);
    const answers = await Promise.all([1, 2, 3, 4].map((number) => stage.create(number)));
    const objects = answers.map(stage.objectIn);
    expect(new Set(objects.map(({ id }) => id)).size).toBe(4);
    // Whichever two arrived first got each other's object; the requests after them their own.
    const shown = objects.map((object) => object[time] - 1_709_600_000_000);
    const [one, two] = shown.flatMap((number, index) => (number === index + 1 ? [] : [index + 1]));
    expect([shown[one! - 1], shown[two! - 1]]).toEqual([two, one]);
    expect(shown.filter((number, index) => number === index + 1)).toHaveLength(2);
    expect(stage.stored()).toHaveLength(4);
    expect(stage.sandbox.arrivals().flatMap(({ quirks }) => quirks)).toEqual([
      'answer crossed',
      'answer crossed',
    ]);
  });

  it('is not crossed where no other comes in time', async () => {
    const stage = await aQuirkStage(target, [{ times: 2, answer: { with: 'crossed', waitMs: 30 } }]);
    for (const number of [1, 2])
      expect(stage.objectIn(await stage.create(number))[time]).toBe(1_709_600_000_000 + number);
    expect(stage.sandbox.arrivals().flatMap(({ quirks }) => quirks)).toEqual([]);
  });

  it('is crossed with that of another update, each of its own object', async () => {
    const stage = await setUp({ match: { endpoint: update }, answer: { with: 'crossed' } });
    const [a, b] = await Promise.all([stage.update(stage.a, 7), stage.update(stage.b, 8)]);
    expect([stage.objectIn(a).id, stage.objectIn(b).id]).toEqual([stage.b, stage.a]);
    expect(stage.stored().slice(0, 2)).toEqual([body(7), body(8)]);
  });

  it('is shown as other quirks say, too', async () => {
    const stage = await setUp(
      { answer: { with: 'other' } },
      { show: [{ kind: 'mask', fields: [textField] }] },
      { keep: [{ kind: 'trim' }] },
    );
    const shown = stage.objectIn(await stage.create(7, withText(' 好 ')));
    expect([shown.id, textIn(shown)]).toEqual([stage.b, '***']);
    expect(stage.met()).toEqual(['keep trim', 'answer other', 'show mask']);
    expect(stage.stored().at(-1)).toEqual(body(7, withText('好')));
  });
});

describe.each(TARGETS)('a repeat of an external_id of an $resource', (target) => {
  const { body, time } = target;
  const repeat = { match: { repeat: true } } as const;

  async function repeated(quirks: readonly Quirk[], between: 'nothing' | 'delete' = 'nothing', afterMs = 0) {
    const stage = await aQuirkStage(target, quirks);
    const foreign = stage.objectIn(await stage.create(0, { external_application_id: OTHER_APPLICATION }));
    const first = stage.objectIn(await stage.create(1, { external_id: 'ats:1' }));
    if (between === 'delete') await stage.remove(first.id);
    stage.sandbox.clock.advance(afterMs);
    const answer = await stage.create(2, { external_id: 'ats:1' });
    const shown = answer.json.code === 0 ? stage.objectIn(answer) : null;
    return { stage, foreign, first, answer, shown };
  }

  it('answers the stored object, with the text it has', async () => {
    const { stage, first, shown } = await repeated([]);
    expect(shown).toEqual(first);
    expect(stage.stored().slice(1)).toEqual([body(1)]);
  });

  it('answers an error', async () => {
    const { stage, answer } = await repeated([
      { ...repeat, options: { repeat: 'refuses', repeatCode: 1002999 } },
    ]);
    expect([answer.status, answer.json.code]).toEqual([400, 1002999]);
    expect(stage.met()).toEqual(['options repeat repeatCode']);
  });

  it('makes a new object', async () => {
    const { stage, first, shown } = await repeated([{ ...repeat, options: { repeat: 'creates' } }]);
    expect(shown?.id).not.toBe(first.id);
    expect(stage.stored().slice(1)).toEqual([body(1), body(2)]);
  });

  it('answers an object of another application', async () => {
    const { stage, foreign, shown } = await repeated([{ ...repeat, answer: { with: 'other-application' } }]);
    expect(shown).toEqual(foreign);
    expect(stage.stored().slice(1)).toEqual([body(1)]);
  });

  it.each([
    ['refuses', 400],
    ['returns', 200],
    ['creates', 200],
  ] as const)('of an object that was deleted meanwhile %s', async (repeatDeleted, status) => {
    const { stage, first, answer, shown } = await repeated([{ options: { repeatDeleted } }], 'delete');
    expect(answer.status).toBe(status);
    if (repeatDeleted === 'returns') expect(shown).toEqual(first);
    if (repeatDeleted === 'creates') expect(shown[time]).toBe(1_709_600_000_002);
    expect(stage.stored()).toHaveLength(repeatDeleted === 'creates' ? 2 : 1);
    const again = await stage.create(3, { external_id: 'ats:1' });
    // Who creates anew begins a window anew.
    if (repeatDeleted === 'creates') expect(stage.objectIn(again)).toEqual(shown);
  });

  it.each(['nothing', 'delete'] as const)(
    'is none any more after 24 hours (%s meanwhile)',
    async (between) => {
      const { first, shown } = await repeated([{ ...repeat, answer: { with: 'unknown' } }], between, DAY);
      expect(shown?.id).not.toBe(first.id);
      expect(shown?.[time]).toBe(1_709_600_000_002);
    },
  );

  it('is made out by key, count and chance as any other request', async () => {
    const stage = await aQuirkStage(target, [
      { match: { repeat: true, key: 'ats:1', nth: 2 }, options: { repeat: 'creates' } },
    ]);
    const numbers: number[] = [];
    for (const key of ['ats:1', 'ats:2', 'ats:1', 'ats:2', 'ats:2', 'ats:1', 'ats:1']) {
      await stage.create(numbers.length, { external_id: key });
      numbers.push(stage.stored().length);
    }
    expect(numbers).toEqual([1, 2, 2, 2, 2, 3, 3]);
  });
});

describe.each(TARGETS)('a write of an $resource that is carried out', (target) => {
  const { resource, body } = target;
  const HTML = { kind: 'html', committed: true } as const;

  it.each([
    [400, 1002002],
    [500, 1002001],
    [400, 1002003],
    [400, 99991672],
    [503, 1500],
  ])('and answered with %i %i', async (status, code) => {
    const stage = await aQuirkStage(target);
    const { id } = stage.objectIn(await stage.create(1));
    const script = (endpoint: 'create' | 'update' | 'delete'): FaultRule => ({
      match: { resource, endpoint: `${resource}.${endpoint}` },
      times: 1,
      fault: { kind: 'error', status, code, committed: true },
    });
    stage.sandbox.setFaults([script('create'), script('update'), script('delete')]);
    for (const act of [() => stage.create(2), () => stage.update(id, 3)]) {
      const got = await act();
      expect([got.status, got.json.code]).toEqual([status, code]);
    }
    expect(stage.stored()).toEqual([body(3), body(2)]);
    expect((await stage.remove(id)).json.code).toBe(code);
    expect(stage.stored()).toEqual([body(2)]);
  });

  it('and answered as if the app lacked the permission, with the scope it names', async () => {
    const stage = await aQuirkStage(target);
    stage.sandbox.setFaults([{ fault: { kind: 'permission', committed: true } }]);
    const { json } = await stage.create(1);
    expect(json).toMatchObject({
      code: 99991672,
      error: { permission_violations: [{ type: 'action_scope_required' }] },
    });
    expect(stage.stored()).toHaveLength(1);
  });

  it.each([
    ['reset-after', { kind: 'reset-after' }],
    ['a gateway page', HTML],
    ['code 0 and no data', { kind: 'no-data' }],
  ] as const)('and answered with %s', async (name, fault) => {
    const stage = await aQuirkStage(target);
    const { id } = stage.objectIn(await stage.create(1));
    stage.sandbox.setFaults([{ match: { resource }, fault }]);
    for (const act of [() => stage.create(2), () => stage.update(id, 3)]) {
      const got = await act().catch(() => null);
      expect(got?.json).toEqual(name === 'code 0 and no data' ? { code: 0, msg: 'ok' } : undefined);
    }
    expect(stage.stored()).toEqual([body(3), body(2)]);
  });
});
