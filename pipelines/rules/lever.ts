// biome-ignore format: one import on one line, so that the specification below fits a screen
import { type Assessment, csvLookup, type Dimension, integer, jsonl, type LeverFeedback, type LeverField, type LeverInterview, type LeverScore, type MapContext, optional, text, valueMap } from 'hire-sync';

/** What both pipelines of Lever share: `lever.ts` and `lever-unscheduled.ts`. */

/** Where the export is, relative to the pipeline file. */
export const sourceDir = '../fixtures/lever';
// Fields called "Private …" and confidential opportunities stay behind: in Feishu, whoever sees the interview would see them.
export const PRIVATE_NOTES: boolean = false;
// Feishu has 1 for fail, 2 for pass, 3 for pending. A form that was handed in without its verdict is pending.
const verdict = valueMap({
  ...{ '1 - Strong No Hire': 1, '2 - No Hire': 1, '3 - Hire': 2, '4 - Strong Hire': 2, '': 3 },
  ...{ '1 - Strong No': 1, '2 - No': 1, '3 - Yes': 2, '4 - Strong Yes': 2 },
});
const kindOf = valueMap({
  ...{ 'score-system': 'choice', 'multiple-choice': 'choice', dropdown: 'choice', 'yes-no': 'choice' },
  ...{ 'multiple-select': 'choices', scorecard: 'scorecard', score: 'score', 'file-upload': 'file' },
  ...{ text: 'text', textarea: 'text', code: 'text', date: 'text', currency: 'text' },
});
export const interviews = jsonl<LeverInterview>('interviews.jsonl', {
  optional: ['canceledAt', 'confidentiality'],
});
const FORM = ['interview', 'completedAt', 'deletedAt', 'confidentiality'] as const;
const FIELD = ['fields[].description', 'fields[].scores', 'fields[].value'] as const;
export const feedback = jsonl<LeverFeedback>('feedback.jsonl', { optional: [...FORM, ...FIELD] });
export const lookups = {
  applications: csvLookup('applications.csv', 'opportunity_id', 'external_application_id'),
  users: csvLookup('users.csv', 'id', 'name'),
};
export const isGiven = (form: LeverFeedback): boolean =>
  text(form.completedAt) !== undefined && text(form.deletedAt) === undefined;
const isComment = ({ type, text: title }: LeverField): boolean =>
  type === 'textarea' && /^(notes|comments|notes ?\/ ?comments|additional comments)$/i.test(title);

/** A completed form as an assessment. */
export function assessmentOf(form: LeverFeedback, lookup: MapContext<'users'>['lookup']): Assessment {
  const fields = form.fields.filter((one) => PRIVATE_NOTES || !/^private\b/i.test(one.text));
  const [system] = fields.filter((one) => one.type === 'score-system');
  const comment = fields.find(isComment);
  const answers = fields.filter((one) => one !== comment && (one.value ?? '') !== '');
  return {
    username: lookup('users', form.user, `Lever user ${form.user}`),
    conclusion: system === undefined ? undefined : verdict(system.value),
    content: optional(comment?.value, text),
    assessment_dimension_list: [
      { assessment_type: 2, title: 'Feedback form', option: form.text },
      ...answers.flatMap(dimensionsOf),
    ],
  };
}

function dimensionsOf({ type, text: title, description, value, scores = [] }: LeverField): Dimension[] {
  const kind = kindOf(type);
  const asked = { title, description: text(description) };
  const list = Array.isArray(value) ? value : [];
  if (kind === 'scorecard')
    return scores.flatMap((item, at) => scored(item, list[at] as LeverScore | undefined));
  if (kind === 'choices')
    return list.length === 0 ? [] : [{ ...asked, assessment_type: 4, options: list as string[] }];
  if (kind === 'score') return [{ ...asked, assessment_type: 1, score: integer(value) }];
  const said = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : (text(value) ?? '');
  if (kind === 'choice') return [{ ...asked, assessment_type: 2, option: said }];
  // Feishu takes no file here: its id tells where it is.
  return [{ ...asked, assessment_type: 3, content: kind === 'file' ? `Lever file ${said}` : said }];
}

function scored({ text: title }: { readonly text: string }, given?: LeverScore): Dimension[] {
  const [score, said] = [optional(given?.score, integer), text(given?.comment)];
  return [
    ...(score === undefined ? [] : [{ assessment_type: 1, title, score } as const]),
    ...(said === undefined
      ? []
      : [{ assessment_type: 3, title: `${title} - comment`, content: said } as const]),
  ];
}
