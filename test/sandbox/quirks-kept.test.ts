import { describe, expect, it } from 'vitest';
import { APPLICATION } from './client.ts';
import { ATTACHMENTS, aQuirkStage, CHECK, INTERVIEW, TARGETS } from './quirk-stage.ts';

// Both targets of platform.md §1.3; each write answers, and each read shows, what was kept.
describe.each(TARGETS)('what is kept of an $resource', (target) => {
  const { textField, withText, textIn, time } = target;

  it.each([
    ['trim', { kind: 'trim' }, '  建议录用 \r\n\u3000', '建议录用'],
    ['line-ends', { kind: 'line-ends' }, 'a\r\nb\rc\nd', 'a\nb\nc\nd'],
    ['cut counts characters, not UTF-16 units', { kind: 'cut', characters: 3 }, '好👍🏽好好', '好👍🏽'],
    ['cut, of a text that is not longer', { kind: 'cut', characters: 3 }, '好👍好', '好👍好'],
    ['cut of this field', { kind: 'cut', characters: 2, fields: [textField] }, 'abcd', 'ab'],
    ['cut of another field', { kind: 'cut', characters: 2, fields: ['title', 'name'] }, 'abcd', 'abcd'],
    ['drop', { kind: 'drop', fields: [textField] }, 'abcd', undefined],
  ] as const)('%s', async (_, transformation, sent, kept) => {
    const stage = await aQuirkStage(target, [{ keep: [transformation] }]);
    const created = stage.objectIn(await stage.create(1, withText(sent)));
    expect(textIn(created)).toBe(kept);
    const updated = stage.objectIn(await stage.update(created.id, 1, withText(`${sent}${sent}`)));
    expect(stage.met()).toEqual([`keep ${transformation.kind}`]);
    const { json } = await stage.byIds([created.id]);
    expect(json.data.items).toEqual([updated]);
    expect(stage.met()).toEqual([]);
  });

  it('nothing, without a quirk: texts as they were sent, Unicode and line ends untouched', async () => {
    const stage = await aQuirkStage(target);
    const text = ' e\u0301\r\n\u00e9 👍🏽\u200b\t';
    const created = stage.objectIn(await stage.create(1, withText(text)));
    expect(textIn(created)).toBe(text);
    expect(textIn((await stage.byIds([created.id])).json.data.items[0])).toBe(text);
  });

  it.each([
    [1_000, 1_709_600_047_000],
    [60_000, 1_709_600_040_000],
  ])('times, down to %i ms', async (toMs, kept) => {
    const stage = await aQuirkStage(target, [{ keep: [{ kind: 'floor', toMs }] }]);
    expect(stage.objectIn(await stage.create(1, { [time]: 1_709_600_047_321 }))[time]).toBe(kept);
  });

  it('does several things, in their order', async () => {
    const keep = [{ kind: 'trim' }, { kind: 'cut', characters: 2 }] as const;
    const stage = await aQuirkStage(target, [{ keep }, { keep: [{ kind: 'trim' }] }]);
    expect(textIn(stage.objectIn(await stage.create(1, withText('  a b'))))).toBe('a');
    expect(stage.met()).toEqual(['keep trim cut', 'keep trim']);
  });

  it('compares a repeat by what was kept', async () => {
    const quirks = [{ keep: [{ kind: 'trim' }] }] as const;
    const stage = await aQuirkStage(target, quirks, { repeatOtherBody: 'refuses' });
    const codes = [];
    for (const text of ['a ', 'a', 'b'])
      codes.push((await stage.create(1, { external_id: 'ats:1', ...withText(text) })).json.code);
    expect(codes).toEqual([0, 0, 1002002]);
  });
});

it('fills in what an interview was sent without, and nothing else', async () => {
  const stage = await aQuirkStage(INTERVIEW, [
    { keep: [{ kind: 'fill', with: { value: 3 }, fields: ['conclusion'] }] },
    { keep: [{ kind: 'fill', with: { value: 1 }, fields: ['participate_status'] }] },
  ]);
  const interview_assessments = [{ username: '王强' }, { username: '刘芳', conclusion: 2 }];
  await stage.send('POST', INTERVIEW.path, { external_application_id: APPLICATION, interview_assessments });
  expect(stage.stored()).toEqual([
    {
      external_application_id: APPLICATION,
      participate_status: 1,
      interview_assessments: [
        { username: '王强', conclusion: 3 },
        { username: '刘芳', conclusion: 2 },
      ],
    },
  ]);
});

it('fills in the result of a background check', async () => {
  const stage = await aQuirkStage(CHECK, [
    { keep: [{ kind: 'fill', with: { value: '未知' }, fields: ['result'] }] },
  ]);
  const body = { external_application_id: APPLICATION };
  expect(stage.objectIn(await stage.send('POST', CHECK.path, body)).result).toBe('未知');
});

it('keeps attachments in another order', async () => {
  const stage = await aQuirkStage(CHECK, [{ keep: [{ kind: 'order', by: 'reversed' }] }]);
  expect(stage.objectIn(await stage.create(1)).attachment_list).toEqual(ATTACHMENTS.toReversed());
});

it('cuts each kind of text at its own length', async () => {
  const stage = await aQuirkStage(INTERVIEW, [
    {
      keep: [
        { kind: 'cut', characters: 4, fields: ['interview_assessments.content'] },
        { kind: 'cut', characters: 3, fields: ['assessment_dimension_list.content', 'options'] },
        { kind: 'cut', characters: 2, fields: ['username'] },
      ],
    },
  ]);
  const assessment = (cut: (text: string, at: number) => string) => ({
    username: cut('abcdef', 2),
    content: cut('abcdef', 4),
    assessment_dimension_list: [{ content: cut('abcdef', 3), options: [cut('abcdef', 3)], title: 'abcdef' }],
  });
  await stage.create(1, { interview_assessments: [assessment((text) => text)] });
  const cut = assessment((text, at) => text.slice(0, at));
  expect(stage.stored()).toMatchObject([{ interview_assessments: [cut] }]);
});
