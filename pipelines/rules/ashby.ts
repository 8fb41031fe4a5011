// biome-ignore format: one import on one line, so that what follows fits a screen
import { type AshbyFeedback, type AshbyField, type AshbyInterviewEvent, type AshbyUser, type AshbyValue, type Assessment, csvLookup, type Dimension, htmlToText, id, integer, jsonl, text, valueMap } from 'hire-sync';

/** What both pipelines of Ashby share: `ashby.ts` and `ashby-unscheduled.ts`. */

/** Where the export is, relative to the pipeline file. */
export const sourceDir = '../fixtures/ashby';
// Fields called "Private …" stay behind: in Feishu, whoever sees the interview would see them. `true` brings them too.
const PRIVATE_NOTES: boolean = false;
// By what the choice reads as: its value (1 to 4) means what the customer's form says. Feishu has 1 for fail, 2 for pass.
const verdict = valueMap({
  ...{ 'Strong No Hire': 1, 'No Hire': 1, Hire: 2, 'Strong Hire': 2, '': 3 },
  ...{ 'Strong No': 1, No: 1, Yes: 2, 'Strong Yes': 2 },
});
const kindOf = valueMap({
  ...{ Score: 'score', ValueSelect: 'choice', Boolean: 'choice', MultiValueSelect: 'choices' },
  ...{ RichText: 'text', LongText: 'text', String: 'text', Number: 'text', Date: 'text', Url: 'text' },
});

export const events = jsonl<AshbyInterviewEvent>('interview-events.jsonl');
export const feedback = jsonl<AshbyFeedback>('feedback.jsonl', {
  optional: ['interviewEventId', 'creditedToUser'],
});
export const applications = csvLookup('applications.csv', 'applicationId', 'external_application_id');

/** What was submitted, as an assessment. */
export function assessmentOf(one: AshbyFeedback): Assessment {
  const all = one.formDefinition.sections.flatMap(({ fields }) => fields.map(({ field }) => field));
  const fields = all.filter(({ title }) => PRIVATE_NOTES || !/^private\b/i.test(title));
  const overall = fields.find(({ path }) => path === 'overall_recommendation');
  const comment = fields.find(({ path }) => path === 'feedback');
  // A copy: whatever nobody has ever answered is no member that the export should have.
  const submitted = { ...one.submittedValues };
  const answerTo = ({ path }: AshbyField) => submitted[path] ?? null;
  return {
    username: nameOf(one.creditedToUser ?? one.submittedByUser),
    conclusion: overall && verdict(labelOf(overall, answerTo(overall))),
    content: comment && plain(answerTo(comment)),
    assessment_dimension_list: fields
      .filter((field) => field !== comment && answerTo(field) !== null && answerTo(field) !== '')
      .flatMap((field) => dimensionsOf(field, answerTo(field))),
  };
}

function nameOf(user: AshbyUser | null): string {
  const name = [user?.firstName, user?.lastName].filter(Boolean).join(' ');
  return name || user?.email || `Ashby user ${id(user?.id)}`;
}

/** A choice as it reads; a value that the form does not list stays as it is. */
function labelOf({ selectableValues }: AshbyField, value: unknown): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return selectableValues?.find((one) => one.value === value)?.label ?? text(value) ?? '';
}

/** A text, formatted or not. */
function plain(value: AshbyValue): string | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return text(value);
  return /html/i.test(value.type) ? htmlToText(value.value) : text(value.value);
}

function dimensionsOf(field: AshbyField, value: AshbyValue): Dimension[] {
  const { title } = field;
  const said = (title: string, content = ''): Dimension[] =>
    content === '' ? [] : [{ assessment_type: 3, title, content }];
  const kind = kindOf(field.type);
  if (kind === 'text') return said(title, plain(value));
  if (kind === 'choice') return [{ assessment_type: 2, title, option: labelOf(field, value) }];
  if (kind === 'choices') {
    const options = Array.isArray(value) ? value.map((one) => labelOf(field, one)) : [];
    return options.length === 0 ? [] : [{ assessment_type: 4, title, options }];
  }
  const given = typeof value === 'object' ? { ...value } : { score: value };
  const { score = null, comments = null } = given as { score?: unknown; comments?: AshbyValue };
  const scored = score === null ? [] : [{ assessment_type: 1, title, score: integer(score) } as const];
  return [...scored, ...said(`${title} - comment`, plain(comments))];
}
