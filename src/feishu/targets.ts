import type { Shape } from '../plan/shape.ts';
import { isRecord } from './envelope.ts';
import { externalBackgroundCheck } from './external-background-check.ts';
import { externalInterviewSchema, VALUE_FIELDS } from './payloads.ts';
import { defineTarget } from './target.ts';

const dimension: Shape = {
  kind: 'object',
  chosenBy: { field: 'assessment_type', choices: VALUE_FIELDS },
  fields: [
    {
      name: 'assessment_type',
      shape: {
        kind: 'integer',
        words: {
          1: { zh: '打分题', en: 'score' },
          2: { zh: '单选题', en: 'single choice' },
          3: { zh: '描述题', en: 'text' },
          4: { zh: '多选题', en: 'multiple choice' },
        },
      },
      label: { zh: '类型', en: 'type' },
      required: true,
    },
    { name: 'title', shape: { kind: 'text' }, label: { zh: '标题', en: 'title' } },
    { name: 'description', shape: { kind: 'text' }, label: { zh: '说明', en: 'description' } },
    { name: 'score', shape: { kind: 'integer' }, label: { zh: '分数', en: 'score' } },
    { name: 'option', shape: { kind: 'text' }, label: { zh: '单选', en: 'option' } },
    { name: 'content', shape: { kind: 'text' }, label: { zh: '描述', en: 'text' } },
    { name: 'options', shape: { kind: 'list', of: { kind: 'text' } }, label: { zh: '多选', en: 'options' } },
  ],
};

const assessment: Shape = {
  kind: 'object',
  mayBeEmpty: false,
  fields: [
    { name: 'username', shape: { kind: 'text' }, label: { zh: '面试官', en: 'interviewer' } },
    {
      name: 'conclusion',
      shape: {
        kind: 'integer',
        words: {
          1: { zh: '不通过', en: 'fail' },
          2: { zh: '通过', en: 'pass' },
          3: { zh: '待定', en: 'pending' },
        },
        points: { 1: 'fail', 2: 'pass' },
      },
      label: { zh: '结论', en: 'conclusion' },
    },
    {
      name: 'assessment_dimension_list',
      shape: { kind: 'list', of: dimension, identity: ['assessment_type', 'title'] },
      label: { zh: '维度', en: 'dimension' },
    },
    { name: 'content', shape: { kind: 'text' }, label: { zh: '综合评价', en: 'comment' } },
  ],
};

const externalInterview = defineTarget({
  name: 'external_interview',
  label: { zh: '面试', en: 'interview' },
  schema: externalInterviewSchema,
  shapeIsExact: true,
  dateField: 'begin_time',
  near: {
    who: 'interview_assessments.username',
    texts: ['interview_assessments.content', 'interview_assessments.assessment_dimension_list.content'],
  },
  verdicts: ['interview_assessments.conclusion', 'participate_status'],
  readBack: readBackInterview,
  shape: {
    kind: 'object',
    inOrder: ['begin_time', 'end_time'],
    fields: [
      {
        name: 'external_application_id',
        shape: { kind: 'id' },
        label: { zh: '外部投递', en: 'application' },
        required: true,
      },
      {
        name: 'participate_status',
        shape: {
          kind: 'integer',
          words: {
            1: { zh: '未参与', en: 'not attended' },
            2: { zh: '参与', en: 'attended' },
            3: { zh: '爽约', en: 'no-show' },
          },
          points: { 2: 'attended', 3: 'no-show' },
        },
        label: { zh: '参与状态', en: 'participation' },
      },
      { name: 'begin_time', shape: { kind: 'instant' }, label: { zh: '开始时间', en: 'begin' } },
      { name: 'end_time', shape: { kind: 'instant' }, label: { zh: '结束时间', en: 'end' } },
      {
        name: 'interview_assessments',
        shape: { kind: 'list', of: assessment, identity: ['username'] },
        label: { zh: '面试评价', en: 'assessment' },
      },
    ],
  },
});

/** The targets a pipeline may name. How to add one: see `target.ts`. */
export const TARGETS = Object.freeze({
  external_interview: externalInterview,
  external_background_check: externalBackgroundCheck,
});

export type TargetName = keyof typeof TARGETS;

/**
 * The documents' examples fill all value fields of a dimension at once; only the one of its type was sent, and only
 * that one is compared.
 */
function readBackInterview(found: Readonly<Record<string, unknown>>): unknown {
  const assessments = found.interview_assessments;
  if (!Array.isArray(assessments)) return found;
  return { ...found, interview_assessments: assessments.map(readBackAssessment) };
}

/** Of an answer anything is possible: what is no object is left to the comparison, which finds that it is none. */
function readBackAssessment(assessment: unknown): unknown {
  if (!isRecord(assessment) || !Array.isArray(assessment.assessment_dimension_list)) return assessment;
  const dimensions: readonly unknown[] = assessment.assessment_dimension_list;
  return { ...assessment, assessment_dimension_list: dimensions.map(readBackDimension) };
}

function readBackDimension(dimension: unknown): unknown {
  if (!isRecord(dimension)) return dimension;
  const own = VALUE_FIELDS[dimension.assessment_type as keyof typeof VALUE_FIELDS];
  if (own === undefined) return dimension;
  const others = Object.values(VALUE_FIELDS).filter((name) => name !== own);
  return Object.fromEntries(
    Object.entries(dimension).filter(([name]) => !others.some((other) => other === name)),
  );
}
