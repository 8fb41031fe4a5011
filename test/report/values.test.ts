import { describe, expect, it } from 'vitest';
import { TARGETS } from '../../src/feishu/targets.ts';
import { shapeAt } from '../../src/plan/labels.ts';
import { showValue } from '../../src/report/values.ts';

const { shape } = TARGETS.external_interview;

describe('shapeAt', () => {
  it.each([
    ['begin_time', 'instant'],
    ['external_application_id', 'id'],
    ['interview_assessments', 'list'],
    ['interview_assessments[0]', 'object'],
    ['interview_assessments[12].conclusion', 'integer'],
    ['interview_assessments[0].assessment_dimension_list[3].score', 'integer'],
    ['interview_assessments[0].assessment_dimension_list[3].options[0]', 'text'],
    ['', 'object'],
  ])('%s is of the kind %s', (path, kind) => expect(shapeAt(shape, path)?.kind).toBe(kind));

  it.each(['nothing', 'begin_time[0]', 'begin_time.x', 'interview_assessments.content'])(
    '%s is no place in the payload',
    (path) => expect(shapeAt(shape, path)).toBeUndefined(),
  );
});

describe('showValue', () => {
  const show = (path: string, value: Parameters<typeof showValue>[1]) =>
    showValue(shapeAt(shape, path), value, { language: 'en', zone: 'Asia/Shanghai' });

  it('names enums in words, instants as wall-clock time of the zone and ids as they are', () => {
    expect(show('interview_assessments[0].conclusion', 1)).toBe('fail');
    expect(show('interview_assessments[0].conclusion', 2)).toBe('pass');
    expect(show('participate_status', 3)).toBe('no-show');
    expect(show('participate_status', 9)).toBe('9');
    expect(show('begin_time', 1_709_600_700_000)).toBe('2024-03-05 09:05');
    expect(show('begin_time', 1_709_600_701_000)).toBe('2024-03-05 09:05:01');
    expect(show('external_application_id', '6960663240925956437')).toBe('6960663240925956437');
    expect(show('interview_assessments', [{}, {}])).toBe('list of 2');
    expect(show('interview_assessments[0]', {})).toBe('present');
    expect(show('end_time', undefined)).toBe('absent');
  });

  it('tells no more of a free text than its length, in characters', () => {
    expect(show('interview_assessments[0].content', '𠮷野👍')).toBe('text of 3 characters');
    expect(show('interview_assessments[0].username', '王强')).toBe('text of 2 characters');
    expect(showValue(undefined, '王强', { language: 'en', zone: 'UTC' })).toBe('text of 2 characters');
  });
});
