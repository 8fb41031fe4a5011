import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { FeishuClient } from '../feishu/client.ts';
import { MAX_QUERY_IDS, type Page } from '../feishu/endpoints.ts';
import type { Level } from './flatten.ts';

/** What can be pulled. */
export interface PullKind {
  /** As in the command and the manifest. */
  readonly name: 'interviews' | 'background-checks' | 'interview-records';
  /** Requests per second unless told otherwise. */
  readonly rate: number;
  /** Asks for one page of what stands under an application. */
  readonly fetch: (
    client: FeishuClient,
    applicationId: string,
    pageToken: string | undefined,
    options: CallOptions,
  ) => Promise<Answer<Page>>;
  /** The columns of the CSV form: the fields that the document lists, in its order. */
  readonly level: Level;
}

// One less than the 10/s that both batch queries document.
const QUERY_RATE = 9;
// application-interviews-list.md documents no rate: half of what is usual in its family.
const UNDOCUMENTED_RATE = 5;
const MAX_LIST_PAGE = 50;

/** external-interview-batch-query.md */
const INTERVIEWS: PullKind = {
  name: 'interviews',
  rate: QUERY_RATE,
  fetch: ({ external_interview: { batchQuery } }, applicationId, pageToken, options) =>
    batchQuery({ applicationId, pageSize: MAX_QUERY_IDS, pageToken }, options),
  level: {
    fields: ['external_application_id', 'id', 'participate_status', 'begin_time', 'end_time'],
    list: {
      name: 'interview_assessments',
      level: {
        fields: ['id', 'username', 'conclusion', 'content'],
        list: {
          name: 'assessment_dimension_list',
          level: {
            fields: ['assessment_type', 'title', 'description', 'score', 'option', 'options', 'content'],
          },
        },
      },
    },
  },
};

/** external-background-check-batch-query.md */
const BACKGROUND_CHECKS: PullKind = {
  name: 'background-checks',
  rate: QUERY_RATE,
  fetch: ({ external_background_check: { batchQuery } }, applicationId, pageToken, options) =>
    batchQuery({ applicationId, pageSize: MAX_QUERY_IDS, pageToken }, options),
  level: {
    fields: ['external_application_id', 'id', 'date', 'name', 'result'],
    list: { name: 'attachment_list', level: { fields: ['id', 'name', 'size'] } },
  },
};

/** application-interviews-list.md: Feishu's own interviews, under Feishu's own application ids. */
const INTERVIEW_RECORDS: PullKind = {
  name: 'interview-records',
  rate: UNDOCUMENTED_RATE,
  fetch: (client, applicationId, pageToken, options) =>
    client.listApplicationInterviews({ applicationId, pageSize: MAX_LIST_PAGE, pageToken }, options),
  level: {
    fields: ['id', 'begin_time', 'end_time', 'round', 'stage_id'],
    list: {
      name: 'interview_record_list',
      level: {
        fields: [
          'id',
          'user_id',
          'content',
          'min_job_level_id',
          'max_job_level_id',
          'commit_status',
          'conclusion',
          'interview_score.id',
          'interview_score.level',
          'interview_score.zh_name',
          'interview_score.zh_description',
          'interview_score.en_name',
          'interview_score.en_description',
        ],
      },
    },
  },
};

export const PULL_KINDS: readonly PullKind[] = [INTERVIEWS, BACKGROUND_CHECKS, INTERVIEW_RECORDS];
