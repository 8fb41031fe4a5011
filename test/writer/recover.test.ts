import { describe, expect, it } from 'vitest';
import { aPayload } from '../builders.ts';
import { aWorld, HOUR, stateOf, type World } from './recover-world.ts';

const ANSWERS = [{ repeat: 'returns-existing' }, { repeat: 'refuses' }] as const;
const WORLDS = ANSWERS.flatMap((answer) => [
  { ...answer, readLagMs: 0 },
  { ...answer, readLagMs: 1500 },
]);
const other = aPayload({ begin_time: 1_709_600_000_000 });

/** Each of the keys has an object of its own, and no object is left over. */
function expectOneEach(world: World, ...keys: readonly string[]): void {
  const ids = keys.map((key) => stateOf(world, key));
  expect(new Set(ids)).toEqual(new Set(world.sandbox.interviews().map(({ id }) => id)));
  expect(ids).toHaveLength(world.sandbox.interviews().length);
}

describe.concurrent('1, 2: one match', () => {
  it('is adopted; nothing is sent', async (context) => {
    const world = aWorld(context);
    const id = await world.lose('IV-1', aPayload(), true);
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 1, created: 0, held: 0, open: 0 });
    expect(stateOf(world, 'IV-1')).toBe(id);
    expect(world.fates.get('IV-1')).toEqual({ kind: 'adopted', remoteId: id });
    expect(world.creates()).toBe(0);
    const entry = world.ledger.find('legacy-ats', 'IV-1');
    expect(entry).toMatchObject({ state: 'settled', intent: null, applied: aPayload() });
  });

  it('is not one that another record owns', async (context) => {
    const world = aWorld(context);
    const others = await world.somebodyCreates(aPayload(), 'legacy-ats:IV-9');
    world.own('IV-9', aPayload(), others);
    await world.lose('IV-1', aPayload(), false);
    await world.recover();
    expect(stateOf(world, 'IV-9')).toBe(others);
    expectOneEach(world, 'IV-1', 'IV-9');
  });

  it('is not one with other content, or under another application', async (context) => {
    const world = aWorld(context);
    const strangers = [
      await world.somebodyCreates(other),
      await world.somebodyCreates(aPayload({ external_application_id: '6960663240925956438' })),
    ];
    await world.lose('IV-1', aPayload(), false);
    expect(await world.recover()).toMatchObject({ adopted: 0, created: 1 });
    expect(strangers).not.toContain(stateOf(world, 'IV-1'));
    expect(world.sandbox.interviews()).toHaveLength(3);
  });

  it('may stand on any page', async (context) => {
    const world = aWorld(context);
    for (let minute = 1; minute <= 45; minute++)
      await world.somebodyCreates(aPayload({ begin_time: 1_709_500_000_000 + minute * 60_000 }));
    const id = await world.lose('IV-1', aPayload(), true);
    await world.lose('IV-2', other, false);
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 1, created: 1, held: 0, open: 0 });
    expect(stateOf(world, 'IV-1')).toBe(id);
    expect(world.creates()).toBe(1);
    expect(world.sandbox.interviews()).toHaveLength(47);
    // 46 objects are three pages of 20; one application is asked for once, whatever is open under it. What a repeat
    // answers is not among them, and might have been deleted since: it is asked for by its id.
    const pages = world.sandbox
      .arrivals()
      .filter(({ endpoint }) => endpoint === 'external_interview.batch_query');
    // A list of several pages is read until two passes agree.
    expect(pages).toHaveLength(2 * 3 + 1);
  });

  it('may carry ids, and value fields that were never sent', async (context) => {
    const dimensions = [
      { assessment_type: 1, title: '沟通', score: 0 },
      { assessment_type: 2, title: '级别', option: 'P6' },
      { assessment_type: 4, title: '语言', options: ['中文', 'English'] },
      { assessment_type: 3, title: '评语', content: '好' },
    ];
    const assessments = (list: readonly object[]) => ({
      interview_assessments: [{ username: '王强', conclusion: 2, assessment_dimension_list: list }],
    });
    const payload = aPayload(assessments(dimensions));
    const world = aWorld(context);
    // As the documents' own examples answer: every value field of every dimension is filled.
    const full = { score: 7, option: 'x', content: 'y', options: ['z'], note: 'unknown' };
    const shown = JSON.stringify({
      ...(JSON.parse(payload.json) as object),
      ...assessments(dimensions.map((dimension) => ({ ...full, ...dimension }))),
    });
    const id = await world.somebodyCreates({ ...payload, json: shown });
    await world.lose('IV-1', payload, false);
    expect(await world.recover()).toEqual({ adopted: 1, created: 0, held: 0, open: 0 });
    expect(stateOf(world, 'IV-1')).toBe(id);
  });
});

describe.concurrent('2: equal records', () => {
  it.for(ANSWERS)('adopt one each of as many equal objects: $repeat', async (rules, context) => {
    const world = aWorld(context, rules);
    const ids = [await world.lose('IV-1', aPayload(), true), await world.lose('IV-2', aPayload(), true)];
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 2, created: 0, held: 0, open: 0 });
    expect([stateOf(world, 'IV-1'), stateOf(world, 'IV-2')].sort()).toEqual(ids.sort());
    expect(world.creates()).toBe(0);
  });

  it.for(
    WORLDS.flatMap((rules) => [
      { ...rules, first: true },
      { ...rules, first: false },
    ]),
  )(
    'with one object inside the window: the repeats tell whose it is ($repeat, lag $readLagMs ms, $first)',
    async ({ first, ...rules }, context) => {
      const world = aWorld(context, rules);
      const one = await world.lose('IV-1', aPayload(), first);
      const two = await world.lose('IV-2', aPayload(), !first);
      const { held, open } = await world.recover();
      expect({ held, open }).toEqual({ held: 0, open: 0 });
      expectOneEach(world, 'IV-1', 'IV-2');
      expect(stateOf(world, first ? 'IV-1' : 'IV-2')).toBe(one ?? two);
    },
  );

  it.for(ANSWERS)(
    'with one object after the window: it is given out once, and one is created: $repeat',
    async (rules, context) => {
      const world = aWorld(context, rules);
      await world.lose('IV-1', aPayload(), false);
      const id = await world.lose('IV-2', aPayload(), true);
      world.pass(25 * HOUR);
      expect(await world.recover()).toEqual({ adopted: 1, created: 1, held: 0, open: 0 });
      expectOneEach(world, 'IV-1', 'IV-2');
      expect([stateOf(world, 'IV-1'), stateOf(world, 'IV-2')]).toContain(id);
    },
  );

  it.for(WORLDS)('one old, one young, one object: $repeat, lag $readLagMs ms', async (rules, context) => {
    const world = aWorld(context, rules);
    await world.lose('IV-1', aPayload(), false);
    world.pass(25 * HOUR);
    const id = await world.lose('IV-2', aPayload(), true);
    const { held, open } = await world.recover();
    expect({ held, open }).toEqual({ held: 0, open: 0 });
    expectOneEach(world, 'IV-1', 'IV-2');
    expect(stateOf(world, 'IV-2')).toBe(id);
  });
});

describe.concurrent('5: more equal objects than records', () => {
  it.for([0, 25])('is held as ambiguous with all ids, after %i h', async (hours, context) => {
    const world = aWorld(context);
    const ids = [await world.somebodyCreates(aPayload()), await world.lose('IV-1', aPayload(), true)];
    world.pass(hours * HOUR);
    world.creates();
    expect(await world.recover()).toEqual({ adopted: 0, created: 0, held: 1, open: 0 });
    const held = world.ledger.find('legacy-ats', 'IV-1')?.held;
    expect(held).toMatchObject({ code: 'ambiguous-objects', records: 1 });
    expect(held?.code === 'ambiguous-objects' && [...held.ids].sort()).toEqual(ids.sort());
    expect(world.creates()).toBe(0);
    expect(world.sandbox.interviews()).toHaveLength(2);
  });

  it('holds all equal records, and only those', async (context) => {
    const world = aWorld(context);
    await world.somebodyCreates(aPayload());
    await world.lose('IV-1', aPayload(), true);
    await world.lose('IV-2', aPayload(), true);
    const id = await world.lose('IV-3', other, true);
    expect(await world.recover()).toEqual({ adopted: 1, created: 0, held: 2, open: 0 });
    expect(world.ledger.find('legacy-ats', 'IV-1')?.held).toMatchObject({
      code: 'ambiguous-objects',
      ids: { length: 3 },
      records: 2,
    });
    expect(stateOf(world, 'IV-2')).toBe(stateOf(world, 'IV-1'));
    expect(stateOf(world, 'IV-3')).toBe(id);
  });
});
