import { describe, expect, it } from 'vitest';
import type { Quirk, Transformation } from '../../src/sandbox/index.ts';
import { APPLICATION } from './client.ts';
import { ATTACHMENTS, aQuirkStage, CHECK, INTERVIEW, TARGETS, type Target } from './quirk-stage.ts';

/** What one object is shown as: in the answer to its create, in that to an update, and by batch_query. */
async function shownThrice(target: Target, quirks: readonly Quirk[], body: object = {}) {
  const stage = await aQuirkStage(target, quirks, { assessmentIds: 'keep' });
  const created = stage.objectIn(await stage.create(1, body));
  const [stored] = [...stage.sandbox.interviews(), ...stage.sandbox.backgroundChecks()];
  const id = stored?.id ?? '';
  const updated = stage.objectIn(await stage.update(id, 1, body));
  const [read] = (await stage.byIds([id])).json.data.items;
  return { stage, id, shown: [created, updated, read] };
}

describe.each(TARGETS)('what is shown of an $resource', (target) => {
  const { body, textField, withText, textIn, time } = target;

  it('a time as text, and as it is in the store', async () => {
    const { stage, shown } = await shownThrice(target, [
      { show: [{ kind: 'retype', to: 'text', fields: [time] }] },
    ]);
    for (const object of shown) expect(object[time]).toBe('1709600000001');
    expect(stage.stored()).toEqual([body(1)]);
  });

  it('all numbers as text', async () => {
    const { stage, shown } = await shownThrice(target, [{ show: [{ kind: 'retype', to: 'text' }] }]);
    for (const object of shown) expect(JSON.stringify(object)).not.toMatch(/:-?\d/);
    expect(stage.stored()).toEqual([body(1)]);
  });

  it('a text of digits as a number, and other texts as they are', async () => {
    const quirks = [{ show: [{ kind: 'retype', to: 'number' }] }] as const;
    for (const [text, expected] of [
      ['90', 90],
      ['90 分', '90 分'],
    ] as const) {
      const { id, shown } = await shownThrice(target, quirks, withText(text));
      for (const object of shown) {
        expect(textIn(object)).toBe(expected);
        expect(object.id).toBe(id);
      }
    }
  });

  it('an id as a number, as a client with doubles reads it', async () => {
    const { id, shown } = await shownThrice(target, [
      { show: [{ kind: 'retype', to: 'number', fields: ['id'] }] },
    ]);
    for (const object of shown) expect(object.id).toBe(Number(id));
  });

  it('ids rounded', async () => {
    const { id, shown } = await shownThrice(target, [{ show: [{ kind: 'round-ids' }] }]);
    expect(String(Number(id))).not.toBe(id);
    for (const object of shown) expect(object.id).toBe(String(Number(id)));
  });

  it('a hidden field: left out, or masked where it has a value', async () => {
    const dropped = await shownThrice(target, [{ show: [{ kind: 'drop', fields: [textField] }] }]);
    for (const object of dropped.shown) expect(textIn(object)).toBeUndefined();
    const mask: Quirk = { show: [{ kind: 'mask', fields: [textField, time] }] };
    const masked = await shownThrice(target, [mask], { [time]: undefined });
    for (const object of masked.shown) {
      expect(textIn(object)).toBe('***');
      expect(object).not.toHaveProperty(time);
    }
    expect(JSON.stringify(masked.stage.stored())).not.toContain('***');
  });

  it('a hidden field of one object only: by id, by external_id, by application', async () => {
    const stage = await aQuirkStage(target);
    const ids: string[] = [];
    for (const number of [1, 2, 3])
      ids.push(stage.objectIn(await stage.create(number, { external_id: `ats:${number}` })).id);
    for (const [only, hidden] of [
      [ids[1], [1]],
      ['ats:3', [2]],
      [APPLICATION, [0, 1, 2]],
      ['nobody', []],
    ] as const) {
      stage.sandbox.setQuirks([{ only: only ?? '', show: [{ kind: 'mask', fields: [textField] }] }]);
      const { items } = (await stage.page(20)).json.data;
      expect([0, 1, 2].filter((index) => textIn(items[index]) === '***')).toEqual(hidden);
      expect(stage.met()).toEqual(hidden.length === 0 ? [] : ['show mask']);
    }
  });

  it('a hidden field from a moment on', async () => {
    const stage = await aQuirkStage(target, [
      { match: { fromMs: 60_000, untilMs: 120_000 }, show: [{ kind: 'drop', fields: [textField] }] },
    ]);
    const { id } = stage.objectIn(await stage.create(1));
    const isShown: boolean[] = [];
    for (const ms of [0, 59_999, 1, 59_999, 1]) {
      stage.sandbox.clock.advance(ms);
      isShown.push(textIn((await stage.byIds([id])).json.data.items[0]) !== undefined);
    }
    expect(isShown).toEqual([true, true, false, false, true]);
  });

  it('a hidden field in reads, but not in answers to writes', async () => {
    const endpoint = `${target.resource}.batch_query` as const;
    const { shown } = await shownThrice(target, [
      { match: { endpoint }, show: [{ kind: 'drop', fields: [textField] }] },
    ]);
    expect(shown.map((object) => textIn(object) !== undefined)).toEqual([true, true, false]);
  });

  it('absent values as 0, "" and [], or as null', async () => {
    const only = { external_application_id: APPLICATION };
    for (const [how, number, list] of [
      ['zero', 0, []],
      ['null', null, null],
    ] as const) {
      const stage = await aQuirkStage(target, [{ show: [{ kind: 'fill', with: how }] }]);
      const { id, ...object } = stage.objectIn(await stage.send('POST', target.path, only));
      expect(id).toMatch(/^\d{19}$/);
      expect(object).toEqual(
        target === INTERVIEW
          ? {
              ...only,
              participate_status: number,
              begin_time: number,
              end_time: number,
              interview_assessments: list,
            }
          : {
              ...only,
              date: number,
              name: how === 'zero' ? '' : null,
              result: how === 'zero' ? '' : null,
              attachment_list: list,
            },
      );
      expect(stage.stored()).toEqual([only]);
    }
  });
});

describe('lists of an interview', () => {
  const LIST = Array.from({ length: 6 }, (_, index) => `${index}`);
  const BODY = {
    interview_assessments: LIST.map((username) => ({
      username,
      assessment_dimension_list: LIST.map((title) => ({ title, options: LIST })),
    })),
  };

  interface Listed {
    readonly interview_assessments: {
      readonly id: string;
      readonly username: string;
      readonly assessment_dimension_list: { readonly title: string; readonly options: string[] }[];
    }[];
  }
  const orders = ({ interview_assessments: assessments }: Listed) => ({
    assessments: assessments.map(({ username }) => username).join(''),
    dimensions: assessments[0]?.assessment_dimension_list.map(({ title }) => title).join(''),
    options: assessments[0]?.assessment_dimension_list[0]?.options.join(''),
  });
  const order = (more: Omit<Extract<Transformation, { kind: 'order' }>, 'kind'>): Quirk => ({
    show: [{ kind: 'order', ...more }],
  });

  it('reversed, each with its own id still', async () => {
    const { stage, shown } = await shownThrice(INTERVIEW, [order({ by: 'reversed' })], BODY);
    const [{ assessmentIds = [] } = {}] = stage.sandbox.interviews();
    for (const object of shown) {
      expect(orders(object)).toEqual({ assessments: '543210', dimensions: '543210', options: '543210' });
      expect(object.interview_assessments.map(({ id }: { id: string }) => id)).toEqual(
        assessmentIds.toReversed(),
      );
    }
    expect(stage.stored()[0]).toMatchObject(BODY);
  });

  it('reversed, but only the one named', async () => {
    const { shown } = await shownThrice(INTERVIEW, [order({ by: 'reversed', fields: ['options'] })], BODY);
    expect(orders(shown[2])).toEqual({ assessments: '012345', dimensions: '012345', options: '543210' });
  });

  it('sorted by content, not by id', async () => {
    const body = { interview_assessments: BODY.interview_assessments.toReversed() };
    const { shown } = await shownThrice(INTERVIEW, [order({ by: 'sorted' })], body);
    expect(orders(shown[2])).toEqual({ assessments: '012345', dimensions: '012345', options: '012345' });
  });

  it('shuffled by the seed, the same each time', async () => {
    const of = async (seed: number) =>
      (await shownThrice(INTERVIEW, [order({ by: 'shuffled', seed })], BODY)).shown.map(orders);
    const [created, updated, read] = await of(7);
    expect([updated, read]).toEqual([created, created]);
    expect(created?.assessments).not.toBe('012345');
    expect(created?.assessments.split('').sort().join('')).toBe('012345');
    expect((await of(8))[0]).not.toEqual(created);
  });

  it('shuffled anew in each answer, repeatably', async () => {
    const of = async () =>
      (await shownThrice(INTERVIEW, [order({ by: 'shuffled-anew' })], BODY)).shown.map(orders);
    const shown = await of();
    expect(new Set(shown.map(({ assessments }) => assessments)).size).toBe(3);
    expect(await of()).toEqual(shown);
  });
});

it('fills all four values of a dimension, as the documents print them', async () => {
  const fields = ['score', 'option', 'options', 'assessment_dimension_list.content'];
  const { shown } = await shownThrice(INTERVIEW, [{ show: [{ kind: 'fill', with: 'sample', fields }] }]);
  for (const object of shown) {
    const [first, second] = object.interview_assessments;
    for (const dimension of first.assessment_dimension_list)
      expect(dimension).toEqual({
        ...dimension,
        score: expect.any(Number),
        option: expect.any(String),
        options: [expect.any(String), ...dimension.options.slice(1)],
        content: expect.any(String),
      });
    expect(first.assessment_dimension_list[0].score).toBe(4);
    expect(first.assessment_dimension_list[3].options).toEqual(['Go', 'SQL']);
    expect(second).not.toHaveProperty('content');
  }
});

it('shows the attachments of a background check in another order, and a masked one', async () => {
  const { shown } = await shownThrice(CHECK, [
    {
      show: [
        { kind: 'order', by: 'reversed' },
        { kind: 'mask', fields: ['attachment_list.name'] },
      ],
    },
  ]);
  const expected = ATTACHMENTS.toReversed().map((attachment) => ({ ...attachment, name: '***' }));
  for (const object of shown) expect(object.attachment_list).toEqual(expected);
});
