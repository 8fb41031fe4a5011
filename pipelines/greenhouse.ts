// biome-ignore format: one import on one line, so that the specification below fits a screen
import { type Assessment, csvLookup, type Dimension, dateOnly, dateTime, definePipeline, type GreenhouseAttribute, type GreenhouseInterview, type GreenhouseScorecard, type GreenhouseTime, htmlToText, id, join, json, many, optional, ordered, text, valueMap } from 'hire-sync';

/** Where the export is, relative to the pipeline file. */
export const sourceDir = '../fixtures/greenhouse';
// Answers to "Private Notes" stay behind: in Feishu, whoever sees the interview would see them. `true` brings them too.
const PRIVATE_NOTES: boolean = false;
// Feishu has 1 for fail, 2 for pass, 3 for pending. A scorecard without a verdict was submitted all the same.
const verdict = valueMap({ definitely_not: 1, no: 1, yes: 2, strong_yes: 2, no_decision: 3, '': 3 });
// Greenhouse has no word for a no-show. After `awaiting_feedback` nobody has said whether the candidate came.
const participation = valueMap({ scheduled: 1, awaiting_feedback: undefined, complete: 2 });

export const interviews = json<GreenhouseInterview>('scheduled_interviews.json', {
  optional: ['interviewers[].scorecard_id', 'start.date_time', 'start.date', 'end.date_time', 'end.date'],
});
export const scorecards = json<GreenhouseScorecard>('scorecards.json');
export const applications = csvLookup('applications.csv', 'application_id', 'external_application_id');

/** Whether one of the interviewers wrote this scorecard: nothing else ties it to an interview, not even the step. */
export const hasScorecard = (interview: GreenhouseInterview, { id: card }: GreenhouseScorecard): boolean =>
  interview.interviewers.some((one) => text(one.scorecard_id) === text(card));

/** A submitted scorecard as an assessment. */
export function assessmentOf(card: GreenhouseScorecard): Assessment {
  const answers = card.questions.map((one) => ({ title: one.question, answer: htmlToText(one.answer) }));
  const said = answers.filter(({ title }) => PRIVATE_NOTES || !/^private notes?$/i.test(title));
  return {
    username: card.interviewer?.name || `Greenhouse user ${id(card.interviewer?.id)}`,
    conclusion: verdict(card.overall_recommendation),
    content: said.find(({ title }) => title === 'Key Take-Aways')?.answer,
    assessment_dimension_list: [
      ...choice({ title: 'Interview' }, text(card.interview)),
      ...card.attributes.flatMap(attribute),
      ...said.flatMap(({ title, answer }) => (title === 'Key Take-Aways' ? [] : words({ title }, answer))),
    ],
  };
}

/** A rating is a choice, in Greenhouse's own word; the note beside it has no field there and is a text of its own. */
function attribute({ name: title, type, rating, note }: GreenhouseAttribute): Dimension[] {
  const description = text(type);
  const rated = rating === 'no_decision' ? undefined : text(rating);
  return [
    ...choice({ title, description }, rated),
    ...words({ title: `${title} - note`, description }, text(note)),
  ];
}

type Asked = Pick<Dimension, 'title' | 'description'>;
const choice = (asked: Asked, option: string | undefined): Dimension[] =>
  option === undefined ? [] : [{ ...asked, assessment_type: 2, option }];
const words = (asked: Asked, content: string | undefined): Dimension[] =>
  content === undefined ? [] : [{ ...asked, assessment_type: 3, content }];
const instant = (time: GreenhouseTime | null): number | undefined =>
  optional(time?.date_time, (at) => dateTime(at)) ?? optional(time?.date, (day) => dateOnly(day));

/** Scheduled interviews with their scorecards. Scorecards without an interview: `greenhouse-unscheduled.ts`. */
export default definePipeline({
  name: 'greenhouse',
  target: 'external_interview',
  sourceDir,
  zone: 'Asia/Shanghai',
  source: join(interviews, { scorecards: many(scorecards, 'application_id', {}, { orphans: 'expected' }) }),
  lookups: { applications },
  key: (row) => id(row.id),
  map: (row, { lookup, reject }) => {
    const cards = ordered(row.scorecards, 'id').filter((card) => hasScorecard(row, card));
    const found = new Set([undefined, ...cards.map((card) => text(card.id))]);
    if (row.interviewers.some((one) => !found.has(text(one.scorecard_id))))
      reject('has a scorecard that scorecards.json lacks: export both on one day', 'interviewers');
    const given = cards.filter((card) => text(card.submitted_at) !== undefined);
    return {
      external_application_id: lookup('applications', row.application_id),
      participate_status: given.length > 0 ? 2 : participation(row.status),
      begin_time: instant(row.start),
      end_time: instant(row.end),
      interview_assessments: given.map(assessmentOf),
    };
  },
});
