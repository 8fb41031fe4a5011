import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import type { Json } from '../../src/model.ts';
import { canonicalJson } from '../../src/plan/canonical.ts';
import { merge } from '../../src/plan/merge.ts';

const { shape } = TARGETS.external_interview;
const wang = { username: '王强', conclusion: 2, content: '扎实' };
const li = { username: '李娜', conclusion: 1, content: '欠缺' };
const nobody = { conclusion: 2, content: '扎实' };
const zhao = { username: '赵敏', conclusion: 3 };
const of = (...interview_assessments: object[]): Json =>
  ({ external_application_id: '6960663240925956437', participate_status: 2, interview_assessments }) as Json;
const merged = (base: Json, source: Json, feishu: Json) => {
  const { value, conflicts } = merge(shape, base, source, feishu);
  return { assessments: (value as { interview_assessments?: object[] }).interview_assessments, conflicts };
};

describe('assessments', () => {
  it.each<[string, object[], object[], object[], object[], string[]]>([
    [
      'only the source changed',
      [wang],
      [{ ...wang, conclusion: 1 }],
      [wang],
      [{ ...wang, conclusion: 1 }],
      [],
    ],
    ['only Feishu changed', [wang], [wang], [{ ...wang, content: '好' }], [{ ...wang, content: '好' }], []],
    [
      'different fields of one assessment',
      [wang],
      [{ ...wang, conclusion: 1 }],
      [{ ...wang, content: '好' }],
      [{ ...wang, conclusion: 1, content: '好' }],
      [],
    ],
    [
      'the same field: Feishu stays, a conflict',
      [wang],
      [{ ...wang, conclusion: 1 }],
      [{ ...wang, conclusion: 3 }],
      [{ ...wang, conclusion: 3 }],
      ['interview_assessments[0].conclusion'],
    ],
    [
      'one appends, the other edits',
      [wang],
      [wang, li],
      [{ ...wang, content: '好' }],
      [{ ...wang, content: '好' }, li],
      [],
    ],
    [
      'the other way round',
      [wang],
      [{ ...wang, conclusion: 1 }],
      [wang, li],
      [{ ...wang, conclusion: 1 }, li],
      [],
    ],
    ['both append the same', [wang], [wang, li], [wang, li], [wang, li], []],
    ['both append', [wang], [wang, li], [wang, zhao], [wang, zhao], ['interview_assessments']],
    [
      'one drops one, the other edits it',
      [wang, li],
      [li],
      [wang, { ...li, content: '好' }],
      [wang, { ...li, content: '好' }],
      ['interview_assessments'],
    ],
    [
      'one reorders, the other edits: no verdict ends beside another name',
      [wang, li],
      [li, wang],
      [{ ...wang, content: '好' }, li],
      [{ ...wang, content: '好' }, li],
      ['interview_assessments'],
    ],
    [
      'one puts one in front, the other edits',
      [wang],
      [li, wang],
      [{ ...wang, conclusion: 1 }],
      [{ ...wang, conclusion: 1 }],
      ['interview_assessments'],
    ],
    [
      'two by one interviewer, one goes and one comes: the new verdict is not the old one’s',
      [wang, { ...wang, conclusion: 1 }],
      [
        { ...wang, conclusion: 1 },
        { ...wang, conclusion: 3 },
      ],
      [
        { ...wang, content: '好' },
        { ...wang, conclusion: 1 },
      ],
      [
        { ...wang, content: '好' },
        { ...wang, conclusion: 1 },
      ],
      ['interview_assessments'],
    ],
    [
      'two by one interviewer change places, the other side edits',
      [wang, { ...wang, content: '欠缺' }],
      [{ ...wang, content: '欠缺' }, wang],
      [
        { ...wang, conclusion: 1 },
        { ...wang, content: '欠缺' },
      ],
      [
        { ...wang, conclusion: 1 },
        { ...wang, content: '欠缺' },
      ],
      ['interview_assessments'],
    ],
    [
      'without a name, one another’s in its place, the other side edits',
      [nobody],
      [{ conclusion: 1, content: '别人' }],
      [{ ...nobody, conclusion: 3 }],
      [{ ...nobody, conclusion: 3 }],
      ['interview_assessments'],
    ],
    [
      'an empty name is none',
      [{ ...nobody, username: '' }],
      [{ ...nobody, username: '', content: '别人' }],
      [{ ...nobody, username: '', conclusion: 3 }],
      [{ ...nobody, username: '', conclusion: 3 }],
      ['interview_assessments'],
    ],
    [
      'one appends a second one of the same name, the other edits the first',
      [wang],
      [wang, { ...wang, conclusion: 1 }],
      [{ ...wang, content: '好' }],
      [{ ...wang, content: '好' }],
      ['interview_assessments'],
    ],
    [
      'of one name, or without, and only the source changed',
      [wang, wang, nobody],
      [nobody, wang],
      [wang, wang, nobody],
      [nobody, wang],
      [],
    ],
    [
      'of one name, or without, and only Feishu changed',
      [nobody, nobody],
      [nobody, nobody],
      [{ ...nobody, conclusion: 1 }, nobody],
      [{ ...nobody, conclusion: 1 }, nobody],
      [],
    ],
  ])('%s', (_, base, source, feishu, expected, conflicts) => {
    expect(merged(of(...base), of(...source), of(...feishu))).toEqual({ assessments: expected, conflicts });
  });

  it('dimensions are merged by title, options as a whole', () => {
    const many = (options: string[], description = '沟通') => ({
      assessment_type: 4,
      title: '标签',
      description,
      options,
    });
    const at = (...dimensions: object[]) => ({ ...wang, assessment_dimension_list: dimensions });
    expect(
      merged(of(at(many(['稳重']))), of(at(many(['稳重', '细心']))), of(at(many(['稳重'], '团队')))),
    ).toEqual({ assessments: [at(many(['稳重', '细心'], '团队'))], conflicts: [] });
    expect(merged(of(at(many(['a']))), of(at(many(['a', 'b']))), of(at(many(['a', 'c']))))).toEqual({
      assessments: [at(many(['a', 'c']))],
      conflicts: ['interview_assessments[0].assessment_dimension_list[0].options'],
    });
  });
});

describe('attachments of a background check: a set', () => {
  const { shape: set } = TARGETS.external_background_check;
  const check = (...ids: string[]) => JSON.parse(canonicalJson(set, { attachment_id_list: ids })) as Json;
  it.each<[string, string[], string[], string[], string[], string[]]>([
    ['only the source adds one', ['1'], ['1', '2'], ['1'], ['1', '2'], []],
    ['only Feishu takes one away', ['1', '2'], ['2', '1'], ['2'], ['2'], []],
    ['both the same, in another order', ['1'], ['1', '2'], ['2', '1'], ['1', '2'], []],
    ['both add another one', ['1'], ['1', '2'], ['1', '3'], ['1', '3'], ['attachment_id_list']],
    ['one adds, the other takes away', ['1', '2'], ['1', '2', '3'], ['1'], ['1'], ['attachment_id_list']],
    ['one takes all away, the other adds', ['1'], [], ['1', '2'], ['1', '2'], ['attachment_id_list']],
  ])('%s', (_, base, source, feishu, expected, conflicts) => {
    expect(merge(set, check(...base), check(...source), check(...feishu))).toEqual({
      value: check(...expected),
      conflicts,
    });
  });
});

const person = fc.record(
  {
    username: fc.constantFrom('a', 'b', 'c', ''),
    conclusion: fc.constantFrom(1, 2, 3),
    content: fc.constantFrom('x', 'y', 'z'),
  },
  { requiredKeys: ['conclusion', 'content'] },
);
type Person = { username?: string; conclusion: number; content: string };
const peopleIn = (side: Json): readonly Person[] =>
  (side as { interview_assessments?: readonly Person[] }).interview_assessments ?? [];
/** Whether each element tells whose it is, and no other one says the same. */
const isNamed = (people: readonly Person[]): boolean =>
  people.every(({ username }) => username !== undefined) &&
  new Set(people.map(({ username }) => username)).size === people.length;
const interview = fc
  .record({
    participate_status: fc.constantFrom(1, 2, 3),
    interview_assessments: fc.array(person, { maxLength: 3 }),
  })
  .map((over) => JSON.parse(canonicalJson(shape, over)) as Json);

it('whatever both did: a change of one side alone goes in whole, and nobody gets a verdict that was not theirs', () => {
  fc.assert(
    fc.property(interview, interview, interview, (base, source, feishu) => {
      expect(merge(shape, base, source, base)).toEqual({ value: source, conflicts: [] });
      expect(merge(shape, base, base, feishu)).toEqual({ value: feishu, conflicts: [] });
      expect(merge(shape, base, source, source)).toEqual({ value: source, conflicts: [] });
      const { assessments = [] } = merged(base, source, feishu);
      const verdicts = (people: readonly Person[]) =>
        people.map(({ username, conclusion }) => `${username} ${conclusion}`);
      const sides = [base, source, feishu].map(peopleIn);
      const known = new Set(sides.flatMap(verdicts));
      for (const verdict of verdicts(assessments as Person[])) expect(known).toContain(verdict);
      // Nobody can tell whose is whose: one side's list as it is, never a mixture.
      if (!sides.every(isNamed)) expect([peopleIn(source), peopleIn(feishu)]).toContainEqual(assessments);
    }),
    { numRuns: 2_000 },
  );
});
