import { type Answer, badField, success } from './answers.ts';
import type { Operation } from './operation.ts';
import { cutPage, readPage } from './paging.ts';

/** Fields of each answer, as its document lists them; anything else that was seeded stays inside. */
const HISTORIC = {
  interview: ['id', 'begin_time', 'end_time', 'round', 'stage_id', 'interview_record_list'],
  record: [
    'id',
    'user_id',
    'content',
    'min_job_level_id',
    'max_job_level_id',
    'commit_status',
    'conclusion',
    'interview_score',
  ],
};
const PRESENT = {
  interview: [
    ...HISTORIC.interview,
    'application_id',
    'stage',
    'creator',
    'biz_create_time',
    'biz_modify_time',
    'interview_round_summary',
    'interview_arrangement_id',
    'interview_type',
    'talent_time_zone',
    'contact_user',
    'contact_mobile',
    'remark',
    'address',
    'video_type',
    'arrangement_status',
    'arrangement_type',
    'arrangement_appointment_kind',
    'meeting_room_list',
    'interview_round_type',
  ],
  record: [
    'id',
    'user_id',
    'content',
    'commit_status',
    'conclusion',
    'interview_score',
    'interviewer',
    'feedback_submit_time',
  ],
};
const USER_ID_TYPES = ['open_id', 'union_id', 'user_id'];

/** GET hire/v1/applications/:application_id/interviews, the historic list. Its parameter error is 180001. */
export function listOfApplication({ id, query, state }: Operation): Answer {
  const wrongType = checkUserIdType(query, 180001);
  if (wrongType !== null) return wrongType;
  const page = readPage(query, { max: 50, fallback: null }, id);
  if (!page.ok) return badField(page.field, query.get(page.field) ?? '', page.description, 180001);
  const found = state.nativeInterviews.filter((interview) => interview.application_id === id);
  const { items, ...rest } = cutPage(found, page);
  return success({ ...rest, items: items.map((interview) => show(interview, HISTORIC)) }, 'success');
}

/** GET hire/v1/interviews, its successor (platform.md §7): at least one of four filters, codes 1002002. */
export function listInterviews({ query, state }: Operation): Answer {
  const wrongType = checkUserIdType(query, 1002002);
  if (wrongType !== null) return wrongType;
  const application = query.get('application_id') ?? '';
  const interviewId = query.get('interview_id') ?? '';
  const start = query.get('start_time') ?? '';
  const end = query.get('end_time') ?? '';
  if (`${application}${interviewId}${start}${end}` === '')
    return badField(
      'application_id',
      '',
      'one of application_id, interview_id, start_time, end_time is needed',
    );
  for (const [field, value] of Object.entries({ start_time: start, end_time: end }))
    if (!/^\d*$/.test(value)) return badField(field, value, 'must be milliseconds since the epoch');

  const of = JSON.stringify([application, interviewId, start, end]);
  const page = readPage(query, { max: 100, fallback: 10 }, of);
  if (!page.ok) return badField(page.field, query.get(page.field) ?? '', page.description);
  const found = state.nativeInterviews.filter(
    (interview) =>
      (application === '' || interview.application_id === application) &&
      (interviewId === '' || interview.id === interviewId) &&
      (start === '' || (interview.begin_time ?? Number.NaN) >= Number(start)) &&
      (end === '' || (interview.begin_time ?? Number.NaN) <= Number(end)),
  );
  const { items, ...rest } = cutPage(found, page);
  return success({ items: items.map((interview) => show(interview, PRESENT)), ...rest }, 'success');
}

function checkUserIdType(query: URLSearchParams, code: number): Answer | null {
  const type = query.get('user_id_type') ?? 'open_id';
  if (USER_ID_TYPES.includes(type)) return null;
  return badField('user_id_type', type, `must be one of ${USER_ID_TYPES.join(', ')}`, code);
}

function show(interview: Readonly<Record<string, unknown>>, fields: typeof HISTORIC): object {
  const shown = pick(interview, fields.interview);
  const records = interview.interview_record_list;
  if (!Array.isArray(records)) return shown;
  return { ...shown, interview_record_list: records.map((record) => pick(record, fields.record)) };
}

function pick(object: Readonly<Record<string, unknown>>, names: readonly string[]): object {
  return Object.fromEntries(names.filter((name) => name in object).map((name) => [name, object[name]]));
}
