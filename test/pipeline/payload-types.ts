/** Never run: `tsc` checks what an author of a pipeline is told, and that types and schemas say the same. */
import {
  type Assessment,
  type Conclusion,
  csvLookup,
  type Dimension,
  definePipeline,
  type GreenhouseScorecard,
  json,
  type LeverInterview,
  valueMap,
} from 'hire-sync';

const verdict = valueMap({ no: 1, yes: 2 });

/** What helpers of a pipeline return goes into the payload as it is. */
export function assessmentOf(card: GreenhouseScorecard): Assessment {
  const dimensions: Dimension[] = card.attributes.map(({ name, rating }) => ({
    assessment_type: 2,
    title: name,
    option: rating ?? 'none',
  }));
  return {
    username: card.interviewer?.name,
    conclusion: verdict(card.overall_recommendation),
    assessment_dimension_list: [...dimensions, { assessment_type: 1, title: 'Sum', score: 7 }],
  };
}

definePipeline({
  name: 'typed',
  target: 'external_interview',
  source: json<GreenhouseScorecard>('scorecards.json'),
  lookups: { applications: csvLookup('applications.csv', 'application_id', 'external_application_id') },
  key: (row) => row.id,
  map: (row, { lookup }) => ({
    external_application_id: lookup('applications', row.application_id),
    interview_assessments: [assessmentOf(row)],
  }),
});

/** A misspelt field is named where it stands, at any depth. */
export const misspelt: Assessment = {
  // @ts-expect-error 'conclusin' does not exist in type 'Assessment'. Did you mean to write 'conclusion'?
  conclusin: 2,
};
export const wrongKind: Dimension = {
  assessment_type: 1,
  title: 'Depth',
  // @ts-expect-error a score carries its value in `score`
  option: 'high',
};
// @ts-expect-error a text dimension needs its content
export const valueless: Dimension = { assessment_type: 3, title: 'Why' };
// @ts-expect-error there is no conclusion 4
export const fourth: Conclusion = 4;
// @ts-expect-error no such member in Lever's records
export const member = (row: LeverInterview) => row.opportunity;
// @ts-expect-error `mixed` is no verdict of a scorecard
export const mixed: GreenhouseScorecard['overall_recommendation'] = 'mixed';
