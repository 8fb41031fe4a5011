import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { foldedNumber, foldKey } from '../../src/plan/alike-keys.ts';
import { nearness, pairNearest, traitsOf } from '../../src/plan/near.ts';

const T = 1_709_600_700_000;
const HOUR = 3_600_000;
const LONG = '沟通清楚，基础扎实，对分布式事务的理解有深度，建议进入下一轮面试。';
const OTHER = '候选人对业务缺少了解，回答问题时常常答非所问，因此不建议继续。';

interface Sketch {
  readonly at?: number | undefined;
  readonly who?: readonly string[];
  readonly text?: string;
}

function interview({ at, who = [], text }: Sketch): string {
  const assessments = who.map((username) => ({ username, conclusion: 2, content: text }));
  return JSON.stringify({
    external_application_id: '1',
    begin_time: at,
    interview_assessments: who.length === 0 && text !== undefined ? [{ content: text }] : assessments,
  });
}

const { dateField: begin, near } = TARGETS.external_interview;
const agrees = (one: Sketch, other: Sketch) =>
  nearness(traitsOf(interview(one), { begin, ...near }), traitsOf(interview(other), { begin, ...near }))
    ?.agrees ?? null;

describe('nearness of interviews', () => {
  it.each<[string, Sketch, Sketch, readonly string[] | null]>([
    [
      'all three',
      { at: T, who: ['A'], text: LONG },
      { at: T + 900, who: ['A'], text: LONG },
      ['begin', 'who', 'text'],
    ],
    [
      'begin and who',
      { at: T, who: ['A'], text: LONG },
      { at: T, who: ['A'], text: OTHER },
      ['begin', 'who'],
    ],
    ['who in another order', { at: T, who: ['A', 'B'] }, { at: T, who: ['B', 'A'] }, ['begin', 'who']],
    ['one side names none', { at: T, who: ['A'] }, { at: T }, ['begin', 'who']],
    ['a masked name is none', { at: T, who: ['A'] }, { at: T, who: ['***'] }, ['begin', 'who']],
    [
      'begin and text',
      { at: T, who: ['A'], text: LONG },
      { at: T, who: ['B'], text: LONG },
      ['begin', 'text'],
    ],
    [
      'who and text, hours apart',
      { at: T, who: ['A'], text: LONG },
      { at: T + 5 * HOUR, who: ['A'], text: LONG },
      ['who', 'text'],
    ],
    [
      'who and text without a date',
      { who: ['A'], text: LONG },
      { at: T, who: ['A'], text: LONG },
      ['who', 'text'],
    ],
    [
      'a cut text',
      { who: ['A'], text: LONG.repeat(3) },
      { who: ['A'], text: LONG.slice(0, 25) },
      ['who', 'text'],
    ],
    [
      'a corrected text',
      { who: ['A'], text: `${LONG}。补充：英语好` },
      { who: ['A'], text: `  ${LONG}` },
      ['who', 'text'],
    ],
    ['blanks around a name', { at: T, who: ['A '] }, { at: T, who: ['A'] }, ['begin', 'who']],
    [
      'two interviewers in one minute',
      { at: T, who: ['A'], text: LONG },
      { at: T, who: ['B'], text: OTHER },
      null,
    ],
    ['another panel in one minute', { at: T, who: ['A'] }, { at: T, who: ['A', 'B'] }, null],
    [
      'a re-interview on another day',
      { at: T, who: ['A'], text: LONG },
      { at: T + 25 * HOUR, who: ['A'], text: LONG },
      null,
    ],
    [
      'a successor an hour later',
      { at: T, who: ['A'], text: LONG },
      { at: T + HOUR, who: ['A'], text: OTHER },
      null,
    ],
    ['a scheduled interview and an unscheduled scorecard', { at: T }, { who: ['A'], text: LONG }, null],
    ['two scorecards without a date', { who: ['A'], text: LONG }, { who: ['A'], text: OTHER }, null],
    ['short texts are too much alike', { who: ['A'], text: '同意' }, { who: ['A'], text: '同意' }, null],
    ['nothing to go by', {}, {}, null],
  ])('%s', (_, one, other, expected) => {
    expect(agrees(one, other)).toEqual(expected);
    expect(agrees(other, one)).toEqual(expected);
  });
});

it('background checks go by name, date and result', () => {
  const target = TARGETS.external_background_check;
  const traits = (body: object) =>
    traitsOf(JSON.stringify(body), { begin: target.dateField, ...target.near });
  const check = { external_application_id: '1', date: T, name: '学历核实', result: LONG };
  expect(nearness(traits(check), traits({ ...check, result: OTHER }))?.agrees).toEqual(['begin', 'who']);
  expect(nearness(traits(check), traits({ ...check, name: '工作经历', result: OTHER }))).toBeNull();
  expect(nearness(traits(check), traits({ ...check, date: T + 30 * HOUR }))).toBeNull();
});

it('pairs the nearest first, and each of them once', () => {
  const scores = [
    [2, 3],
    [0, 2.5],
    [2.4, 0],
  ];
  const pairs = pairNearest([0, 1, 2], [0, 1], (a, b) => {
    const score = scores[a]?.[b] ?? 0;
    return score === 0 ? null : { agrees: ['begin', 'who'], score };
  });
  expect(pairs.map(({ ours, theirs }) => [ours, theirs])).toEqual([
    [0, 1],
    [2, 0],
  ]);
});

it.each([
  ['000001', '1'],
  ['000001', '1.0'],
  ['000001', '000001.0'],
  ['IV00001', 'IV-1'.replace('-', '')],
  ['iv00001', 'IV00001'],
  ['ＩＶ１', 'iv1 '],
])('%s and %s are one key, spelt in two ways', (one, other) => expect(foldKey(one)).toBe(foldKey(other)));

it.each([
  ['1', '2'],
  ['1.5', '15'],
  ['10', '1'],
  ['IV-1', 'IV-10'],
])('%s and %s are two keys', (one, other) => expect(foldKey(one)).not.toBe(foldKey(other)));

it('a prefix is left out where only the numbers are compared', () => {
  expect(foldedNumber('ATS-IV-00017')).toBe(foldedNumber('17'));
  expect(foldedNumber('abc')).toBeNull();
});
