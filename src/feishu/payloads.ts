import { z } from 'zod';
import { EARLIEST_MS, LATEST_MS } from '../epoch-range.ts';
import type { ExternalInterview } from './external-interview.ts';

/**
 * What Feishu Hire accepts as an external interview (external-interview-create.md, -update.md), stricter than
 * the documents where they are silent and a wrong value would be accepted without a word. Ids, times and texts are
 * those of every external object.
 */

/** A Feishu id. */
export const digits = z.string().regex(/^[0-9]{1,20}$/, {
  error: ({ input }) =>
    /^[0-9]+\.0$/.test(String(input))
      ? 'is an id that pandas or a spreadsheet took for a number with decimals (".0"): export the column again as text'
      : 'must be a Feishu id: a string of 1 to 20 digits, as Feishu shows it',
});

/** A JSON number of ms since 1970 (UTC). */
export const epochMs = z
  .int('must be a whole number of milliseconds since 1970 (UTC)')
  .refine((ms) => ms >= EARLIEST_MS && ms <= LATEST_MS, {
    error: (issue) =>
      Math.abs(Number(issue.input)) >= EARLIEST_MS / 1000 && Math.abs(Number(issue.input)) <= LATEST_MS / 1000
        ? 'looks like seconds: it must be milliseconds since 1970 (UTC)'
        : 'must be milliseconds since 1970 (UTC), between the years 1990 and 2100',
  });

// JSON can carry a lone surrogate or a replacement character; Feishu would store it, and the name is damaged for good.
export const text = z
  .string()
  .refine((value) => value.isWellFormed() && !value.includes('\uFFFD') && !value.includes('\u0000'), {
    error:
      'contains damaged characters (U+FFFD, NUL or half a surrogate pair): the export was decoded wrongly somewhere',
  });

/** Where a dimension of each `assessment_type` carries its value. */
export const VALUE_FIELDS = { 1: 'score', 2: 'option', 3: 'content', 4: 'options' } as const;
const TYPE_NAMES = { 1: 'score', 2: 'single choice', 3: 'text', 4: 'multiple choice' } as const;

const dimension = z
  .strictObject({
    assessment_type: z.literal([1, 2, 3, 4], {
      error: 'must be 1 score, 2 single choice, 3 text or 4 multiple choice',
    }),
    title: text.optional(),
    description: text.optional(),
    score: z.int('must be a whole number').optional(),
    option: text.optional(),
    content: text.optional(),
    options: z.array(text.min(1, 'must not be an empty option')).optional(),
  })
  .superRefine((value, context) => {
    const own = VALUE_FIELDS[value.assessment_type];
    for (const field of Object.values(VALUE_FIELDS)) {
      const given = value[field] !== undefined;
      if (field === own && !given) {
        const message = `is missing: a ${TYPE_NAMES[value.assessment_type]} dimension (assessment_type ${value.assessment_type}) carries its value in "${own}"`;
        context.addIssue({ code: 'custom', path: [field], message });
      } else if (field !== own && given) {
        const message = `must be absent: assessment_type ${value.assessment_type} carries its value in "${own}" only`;
        context.addIssue({ code: 'custom', path: [field], message });
      }
    }
  });

const assessment = z
  .strictObject({
    username: text.optional(),
    conclusion: z
      .literal([1, 2, 3], { error: 'must be 1 (不通过 fail), 2 (通过 pass) or 3 (待定 pending)' })
      .optional(),
    assessment_dimension_list: z.array(dimension).optional(),
    content: text.optional(),
  })
  .refine((value) => Object.values(value).some((inner) => inner !== undefined), {
    error: 'is empty: leave an assessment that nobody wrote out of the list',
  });

export const externalInterviewSchema: z.ZodType<ExternalInterview> = z
  .strictObject({
    external_application_id: digits,
    participate_status: z
      .literal([1, 2, 3], { error: 'must be 1 (未参与 not attended), 2 (参与 attended) or 3 (爽约 no-show)' })
      .optional(),
    begin_time: epochMs.optional(),
    end_time: epochMs.optional(),
    interview_assessments: z.array(assessment).optional(),
  })
  .superRefine((value, context) => {
    if (value.begin_time !== undefined && value.end_time !== undefined && value.end_time < value.begin_time) {
      // The instant it is compared with is shown as a time, in the zone of the mapping: see `createCheck`.
      const params = { instant: value.begin_time };
      context.addIssue({ code: 'custom', path: ['end_time'], message: 'is before begin_time', params });
    }
  });

/** A payload type as a mapping may write it: absent values may also be `undefined`, `null`, `''` or `[]`. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly Draft<Item>[] | null
  : T extends object
    ? { readonly [Name in keyof T]: Draft<T[Name]> | (undefined extends T[Name] ? null | undefined : never) }
    : T;

export type ExternalInterviewDraft = Draft<ExternalInterview>;
