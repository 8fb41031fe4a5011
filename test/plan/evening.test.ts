import { describe, expect, it } from 'vitest';
import type { Habits } from '../../src/difference.ts';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Json, Payload } from '../../src/model.ts';
import { type Compared, compareShown, NO_HABITS } from '../../src/plan/evening.ts';
import { inSentTerms } from '../../src/plan/in-sent-terms.ts';
import { shownPayload } from '../../src/plan/shown.ts';
import { aPayload } from '../builders.ts';

const target = TARGETS.external_interview;
const check = TARGETS.external_background_check;
const COMMENT = 'interview_assessments.content';

/** What is sent and shown besides the application; `assessments` for the list. */
type Body = Readonly<Record<string, unknown>>;

const whole = (body: Body) => ({ external_application_id: '6960663240925956437', ...body });
const sentOf = (body: Body): Payload =>
  aPayload({
    participate_status: undefined,
    begin_time: undefined,
    end_time: undefined,
    interview_assessments: undefined,
    ...body,
  });
const shownOf = (body: Body): Payload => shownPayload(target, { id: '1', ...whole(body) });
const compare = (sent: Body, shown: Body, habits?: Habits): Compared =>
  compareShown(target.shape, sentOf(sent).json, shownOf(shown).json, habits);
const oneOf = (assessment: object): Body => ({ interview_assessments: [assessment] });
const kinds = (compared: Compared): readonly string[] =>
  compared.kind === 'same' ? [] : compared.differences.map(({ kind, path }) => `${kind} ${path}`);

describe('what Feishu shows, as a payload', () => {
  it('evens out numbers as text, 0 and "" for absent, and ids of assessments', () => {
    const shown = {
      participate_status: 0,
      begin_time: '1709600700000',
      end_time: 0,
      interview_assessments: [{ id: '9', username: 7, conclusion: '2', content: '' }],
    };
    const sent = { begin_time: 1_709_600_700_000, interview_assessments: [{ username: '7', conclusion: 2 }] };
    expect(compare(sent, shown)).toEqual({ kind: 'same' });
    const ours = aPayload({ ...sent, participate_status: undefined, end_time: undefined });
    expect(shownOf(shown)).toEqual(ours);
  });

  it.each([
    ['a masked list', { interview_assessments: '***' }],
    ['a list of nothing', { interview_assessments: [null, 7, []] }],
    ['a masked list of dimensions', oneOf({ assessment_dimension_list: '***' })],
    ['objects where texts belong', oneOf({ username: { zh: 'x' }, content: [] })],
    ['a time that is none', { begin_time: 'yesterday' }],
  ])('takes %s without an error', (_, body) => {
    expect(compare(oneOf({ username: '王强', content: '好' }), body).kind).not.toBe('same');
  });
});

describe('what Feishu makes of a value', () => {
  const assessments = [
    { username: '王强', conclusion: 2, content: '好' },
    { username: '李娜', conclusion: 1, content: '差' },
  ];

  it.each([
    ['blanks at the ends', { content: ' 好\u3000' }, { content: '好' }, [`blanks ${COMMENT}`]],
    ['line ends', { content: '一\r\n二' }, { content: '一\n二' }, [`line-ends ${COMMENT}`]],
    [
      'both',
      { content: '一\r\n二\r\n' },
      { content: '一\n二' },
      [`blanks ${COMMENT}`, `line-ends ${COMMENT}`],
    ],
    ['a text of blanks', { username: 'a', content: ' ' }, { username: 'a' }, [`blanks ${COMMENT}`]],
  ])('evens out %s', (_, sent, shown, differences) => {
    const compared = compare(oneOf(sent), oneOf(shown));
    expect([compared.kind, kinds(compared)]).toEqual(['evened', differences]);
  });

  it('evens out times floored to the second and the minute, and no other', () => {
    const at = 1_709_600_722_345;
    const shown = (begin: number) => compare({ begin_time: at }, { begin_time: begin });
    expect(shown(at - 345)).toEqual({
      kind: 'evened',
      differences: [{ kind: 'floored', path: 'begin_time', toMs: 1000 }],
    });
    expect(shown(at - 22_345)).toMatchObject({ kind: 'evened', differences: [{ toMs: 60_000 }] });
    expect(shown(at - 22_000).kind).toBe('other');
    expect(shown(at - 22_345 - 3_600_000).kind).toBe('other');
  });

  it('evens out the order of assessments, dimensions and options', () => {
    const dimensions = [
      { assessment_type: 4, title: '多选', options: ['a', 'b', 'c'] },
      { assessment_type: 1, title: '分', score: 0 },
    ];
    const sent = { interview_assessments: [{ ...assessments[0], assessment_dimension_list: dimensions }] };
    const shown = [
      { assessment_type: 1, title: '分' },
      { assessment_type: 4, title: '多选', options: ['c', 'a', 'b'] },
    ];
    const compared = compare(sent, {
      interview_assessments: [{ ...assessments[0], assessment_dimension_list: shown }],
    });
    const list = 'interview_assessments.assessment_dimension_list';
    expect(kinds(compared)).toEqual([`order ${list}`, `order ${list}.options`, `absent ${list}.score`]);
    expect(compared.kind).toBe('evened');
    const turned = compare(
      { interview_assessments: assessments },
      { interview_assessments: assessments.toReversed() },
    );
    expect(kinds(turned)).toEqual(['order interview_assessments']);
  });

  it('never takes one interviewer’s verdict for another’s', () => {
    const crossed = [
      { username: '李娜', conclusion: 2, content: '好' },
      { username: '王强', conclusion: 1, content: '差' },
    ];
    const compared = compare({ interview_assessments: assessments }, { interview_assessments: crossed });
    expect(compared).toMatchObject({
      kind: 'other',
      fields: [
        { path: 'interview_assessments[0].conclusion', before: 2, after: 1 },
        { path: 'interview_assessments[0].content' },
        { path: 'interview_assessments[1].conclusion', before: 1, after: 2 },
        { path: 'interview_assessments[1].content' },
      ],
    });
    const nameless = assessments.map(({ conclusion, content }) => ({ conclusion, content }));
    const swapped = [
      { conclusion: 1, content: '好' },
      { conclusion: 2, content: '差' },
    ];
    expect(compare({ interview_assessments: nameless }, { interview_assessments: swapped }).kind).toBe(
      'other',
    );
  });

  it('an element too many or too few, another number, another text: another content', () => {
    const all = { interview_assessments: assessments };
    expect(compare(all, { interview_assessments: assessments.slice(1) }).kind).toBe('other');
    expect(
      compare({ interview_assessments: assessments.slice(1) }, { interview_assessments: assessments }).kind,
    ).toBe('other');
    expect(compare(oneOf({ conclusion: 1 }), oneOf({ conclusion: 2 })).kind).toBe('other');
    expect(compare(oneOf({ content: 'Good' }), oneOf({ content: 'good' })).kind).toBe('other');
    expect(compare(oneOf({ content: 'good' }), oneOf({ content: 'goods' })).kind).toBe('other');
  });
});

describe('what looks like Feishu’s doing', () => {
  const long = '长'.repeat(620);
  const cut = (sent: string, shown: string, habits?: Habits) =>
    compare(oneOf({ username: 'a', content: sent }), oneOf({ username: 'a', content: shown }), habits);

  it('a cut tail is claimed until Feishu is known to cut there', () => {
    const claim = { kind: 'cut', path: COMMENT, length: 500, sentLength: 620 };
    expect(cut(long, long.slice(0, 500))).toEqual({ kind: 'claimed', differences: [claim], claims: [claim] });
    const habits: Habits = { ...NO_HABITS, cuts: (path) => (path === COMMENT ? [500] : []) };
    expect(cut(long, long.slice(0, 500), habits)).toEqual({ kind: 'evened', differences: [claim] });
    expect(cut(long, long.slice(0, 499), habits).kind).toBe('claimed');
    // Trimmed after the cut.
    const spaced = `${'x'.repeat(498)}   tail`;
    expect(cut(spaced, 'x'.repeat(498), habits)).toMatchObject({
      kind: 'evened',
      differences: [{ length: 500 }],
    });
  });

  it('counts characters, not halves of them', () => {
    expect(cut('😀'.repeat(600), '😀'.repeat(500))).toMatchObject({
      claims: [{ length: 500, sentLength: 600 }],
    });
  });

  it('a value where none was sent is claimed until Feishu is known to fill it in', () => {
    const claim = { kind: 'default', path: 'interview_assessments.conclusion', value: 3 };
    const [sent, shown] = [oneOf({ username: 'a' }), oneOf({ username: 'a', conclusion: 3 })];
    expect(compare(sent, shown)).toMatchObject({ kind: 'claimed', claims: [claim] });
    const habits: Habits = { ...NO_HABITS, defaults: () => [3] };
    expect(compare(sent, shown, habits)).toEqual({ kind: 'evened', differences: [claim] });
    expect(compare(sent, oneOf({ username: 'a', conclusion: 1 }), habits).kind).toBe('claimed');
  });

  it('a value that is left out or masked is hidden', () => {
    const sent = { begin_time: 1_709_600_700_000, ...oneOf({ username: 'a', conclusion: 2, content: '好' }) };
    for (const shown of [
      { ...sent, ...oneOf({ username: 'a', conclusion: 2 }) },
      { ...sent, ...oneOf({ username: 'a', conclusion: 2, content: '***' }) },
    ])
      expect(compare(sent, shown)).toMatchObject({
        kind: 'claimed',
        claims: [{ kind: 'hidden', path: COMMENT }],
      });
    expect(kinds(compare(sent, { begin_time: '***', interview_assessments: '*****' }))).toEqual([
      'hidden begin_time',
      'hidden interview_assessments',
    ]);
  });
});

describe('Feishu now, in the words of what was sent', () => {
  const sent = sentOf({
    begin_time: 1_709_600_722_345,
    interview_assessments: [
      { username: '王强', conclusion: 2, content: '好 ' },
      { username: '李娜', conclusion: 1, content: '差\r\n再看' },
    ],
  });
  const shown = {
    begin_time: 1_709_600_700_000,
    interview_assessments: [
      { username: '王强', conclusion: 2, content: '好' },
      { username: '李娜', conclusion: 1, content: '差\n再看' },
    ],
  };
  const now = (body: Body, then: Body | null | undefined = shown): Json => {
    const known = { sent: sent.json, shown: then && shownOf(then).json };
    return JSON.parse(inSentTerms(known, shownOf(body), target.shape).json) as Json;
  };
  const source = JSON.parse(sent.json) as typeof shown;

  it('is what was sent as long as nobody edits it, whatever the order of its lists', () => {
    expect(now(shown)).toEqual(source);
    const turned = { ...shown, interview_assessments: shown.interview_assessments.toReversed() };
    expect(now(turned)).toEqual(source);
    expect(now(turned, undefined)).toEqual(source);
    expect(now(source)).toEqual(source);
  });

  it('has a person’s edit, and beside it what was sent', () => {
    const [first, second] = shown.interview_assessments;
    const edited = { ...shown, interview_assessments: [second!, { ...first, content: '很好' }] };
    expect(now(edited)).toEqual({
      ...source,
      interview_assessments: [
        { username: '王强', conclusion: 2, content: '很好' },
        { username: '李娜', conclusion: 1, content: '差\r\n再看' },
      ],
    });
    expect(now({ ...shown, begin_time: 1_709_600_760_000 })).toEqual({
      ...source,
      begin_time: 1_709_600_760_000,
    });
    expect(now({ ...shown, interview_assessments: [second!] })).toEqual({
      ...source,
      interview_assessments: source.interview_assessments.slice(1),
    });
  });

  it('a time moved to the full minute is an edit where Feishu was seen to keep the seconds', () => {
    expect(now({ ...source, begin_time: 1_709_600_700_000 }, null)).toMatchObject({
      begin_time: 1_709_600_700_000,
    });
  });

  it('a field that was hidden right after the write, and still is, is as it was sent', () => {
    const hidden = shown.interview_assessments.map(({ username, conclusion }) => ({ username, conclusion }));
    const then = { ...shown, interview_assessments: hidden };
    expect(now(then, then)).toEqual(source);
    expect(now({ ...then, begin_time: 1_709_600_760_000 }, then)).toEqual({
      ...source,
      begin_time: 1_709_600_760_000,
    });
  });

  it('keeps the order of a set', () => {
    const [one, two, three] = ['6987954043925432620', '6987954043925432621', '6987954043925432622'];
    const body = (ids: readonly unknown[]) => ({
      external_application_id: '6960663240925956437',
      attachment_list: ids.map((id) => ({ id })),
    });
    const before = shownPayload(check, body([one, two]));
    const known = { sent: before.json, shown: null };
    expect(inSentTerms(known, shownPayload(check, body([two, one])), check.shape)).toEqual(before);
    const after = shownPayload(check, body([two, three]));
    expect(inSentTerms(known, after, check.shape)).toEqual(after);
  });
});
