import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { suggestion } from '../../src/mapping/suggestion.ts';
import { createCheck } from '../../src/plan/canonical.ts';
import { diffPayloads } from '../../src/plan/diff.ts';
import { aPayload } from '../builders.ts';

const { shape } = TARGETS.external_interview;
const check = createCheck(TARGETS.external_interview);
const base = { external_application_id: '6960663240925956437' };

/** What is said of a refused draft. */
function problemsOf(draft: object): string[] {
  const checked = check({ ...base, ...draft });
  return checked.ok ? [] : checked.problems.map(({ field, message }) => `${field}: ${message}`);
}

describe('sameness', () => {
  it('key order, absent, null, empty text and empty list make no difference', () => {
    const plain = aPayload();
    const fields = Object.entries(JSON.parse(plain.json) as object).toReversed();
    expect(aPayload(Object.fromEntries(fields))).toEqual(plain);
    const bare = { participate_status: undefined, interview_assessments: [] };
    expect(aPayload({ ...bare, participate_status: null })).toEqual(aPayload(bare));
    const assessment = { username: '王强', conclusion: 2 };
    expect(
      aPayload({ interview_assessments: [{ ...assessment, content: '', assessment_dimension_list: [] }] }),
    ).toEqual(aPayload({ interview_assessments: [assessment] }));
  });

  it('the order of assessments makes a difference', () => {
    const [a, b] = [{ username: 'a' }, { username: 'b' }];
    const one = aPayload({ interview_assessments: [a, b] });
    const two = aPayload({ interview_assessments: [b, a] });
    expect(one.fingerprint).not.toBe(two.fingerprint);
    expect(diffPayloads(one.json, two.json, shape).map(({ path }) => path)).toEqual([
      'interview_assessments[0].username',
      'interview_assessments[1].username',
    ]);
  });

  it('7 and "7" differ: a text where a number belongs is refused', () => {
    expect(problemsOf({ participate_status: '2' })).toEqual([
      'participate_status: "2" must be 1 (未参与 not attended), 2 (参与 attended) or 3 (爽约 no-show)',
    ]);
    expect(problemsOf({ begin_time: '1709600700000' })).toHaveLength(1);
  });

  it('the diff is empty if and only if the fingerprints are equal', () => {
    const texts = fc.constantFrom('', 'a', 'b');
    const drafts = fc.record(
      {
        participate_status: fc.constantFrom(1, 2, 3, null),
        begin_time: fc.constantFrom(1_709_600_700_000, undefined),
        interview_assessments: fc.array(
          fc.record({
            username: fc.constantFrom('x', 'y'),
            content: texts,
            conclusion: fc.constantFrom(1, 2, null),
          }),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(drafts, drafts, (a, b) => {
        const [one, two] = [aPayload(a), aPayload(b)];
        expect(diffPayloads(one.json, two.json, shape).length === 0).toBe(
          one.fingerprint === two.fingerprint,
        );
      }),
    );
  });
});

describe('the schema refuses', () => {
  it.each([
    [
      { begin_time: 1_709_600_700 },
      'begin_time: 1709600700 looks like seconds: it must be milliseconds since 1970 (UTC)',
    ],
    [{ begin_time: 1.5 }, 'begin_time: 1.5 must be a whole number of milliseconds since 1970 (UTC)'],
    [
      { begin_time: 1_709_604_300_000, end_time: 1_709_600_700_000 },
      'end_time: 2024-03-05T01:05:00.000Z is before begin_time, 2024-03-05T02:05:00.000Z',
    ],
    [
      { external_application_id: '6.96066E+18' },
      'external_application_id: "6.96066E+18" must be a Feishu id',
    ],
    [{ external_application_id: 6960663240 }, 'external_application_id: 6960663240 '],
    [{ external_application_id: undefined }, 'external_application_id: is required and missing'],
    [{ external_id: 'x' }, 'external_id: "x" is not a field of the payload at this place'],
    [
      { interview_assessments: [{ conclusion: 4 }] },
      'interview_assessments[0].conclusion: 4 must be 1 (不通过 fail)',
    ],
    [{ interview_assessments: [{ content: '' }] }, 'interview_assessments[0]: {} is empty'],
    [{ interview_assessments: [{ verdict: 1 }] }, 'interview_assessments[0].verdict: 1 is not a field'],
    [{ interview_assessments: [{ content: '\uFFFD' }] }, '"\uFFFD" contains damaged characters'],
    [{ interview_assessments: [{ content: '\uD83D' }] }, '"\\ud83d" contains damaged characters'],
  ])('%j', (draft, message) => {
    expect(problemsOf(draft)[0]).toContain(message);
  });

  it.each([
    [{ assessment_type: 1, score: 52.5 }, 'score: 52.5 must be a whole number'],
    [{ assessment_type: 1, option: 'A' }, 'score: is missing: a score dimension'],
    [{ assessment_type: 2, option: 'A', score: 1 }, 'score: 1 must be absent: assessment_type 2'],
    [{ assessment_type: 3, content: '' }, 'content: is missing: a text dimension'],
    [{ assessment_type: 4, options: [] }, 'options: is missing: a multiple choice dimension'],
    [{ assessment_type: 5, score: 1 }, 'assessment_type: 5 must be 1 score, 2 single choice'],
  ])('a dimension %j', (dimension, message) => {
    const problems = problemsOf({ interview_assessments: [{ assessment_dimension_list: [dimension] }] });
    expect(problems.join('\n')).toContain(message);
  });

  it.each([
    [{ interview_assesments: [{ content: 'x' }] }, 'interview_assessments'],
    [{ interview_assessments: [{ conclusin: 2 }] }, 'conclusion'],
    [
      { interview_assessments: [{ assessment_dimension_list: [{ assessment_type: 3, contnt: 'x' }] }] },
      'content',
    ],
  ])('a misspelt field, with the name that is nearest: %j', (draft, meant) => {
    const naming = createCheck(TARGETS.external_interview, undefined, suggestion);
    const checked = naming({ external_application_id: '1', ...draft });
    const messages = checked.ok ? [] : checked.problems.map(({ message }) => message);
    expect(messages).toContainEqual(
      expect.stringContaining(`is not a field of the payload at this place. Did you mean "${meant}"?`),
    );
  });

  it('all problems at once, each with its path and value', () => {
    const checked = check({ external_application_id: 'x', participate_status: 9, begin_time: 1_709_600_700 });
    expect(checked.ok ? [] : checked.problems.map(({ field, value }) => [field, value])).toEqual([
      ['external_application_id', 'x'],
      ['participate_status', '9'],
      ['begin_time', '1709600700'],
    ]);
  });
});
