import type { Answer, CallOptions } from './answer.ts';
import type { Auth } from './auth.ts';
import {
  createExternalResource,
  type ExternalResource,
  type InterviewsFilter,
  listApplicationInterviews,
  listInterviews,
  type Page,
  type Send,
} from './endpoints.ts';
import { verdictOf } from './errors.ts';
import type { ExternalBackgroundCheck } from './external-background-check.ts';
import type { ExternalInterview } from './external-interview.ts';
import type { Http } from './http.ts';

/** All endpoints hire-sync uses; the external ones under the name of their target. */
export interface FeishuClient {
  readonly external_interview: ExternalResource<ExternalInterview>;
  readonly external_background_check: ExternalResource<ExternalBackgroundCheck>;
  /** The endpoints of any target; `body` as its schema has it. */
  resource(target: string): ExternalResource<object>;
  listApplicationInterviews(filter: InterviewsFilter, options?: CallOptions): Promise<Answer<Page>>;
  listInterviews(filter: InterviewsFilter, options?: CallOptions): Promise<Answer<Page>>;
}

/**
 * Each method sends one request, with the app's token, and never repeats it. A token Feishu calls invalid is dropped,
 * so that the next request brings a fresh one; sending again is left to `Call`, which asks the throttle first.
 * All methods throw what `auth.token()` throws; nothing was sent then.
 */
export function createFeishuClient({
  http,
  auth,
}: {
  readonly http: Http;
  readonly auth: Auth;
}): FeishuClient {
  const send: Send = async (request, options) => {
    const token = await auth.token();
    const answer = await http({ ...request, token }, options);
    if (verdictOf(answer, 'read') === 'refresh-token') auth.drop(token);
    return answer;
  };
  return Object.freeze({
    external_interview: createExternalResource(send, 'external_interview'),
    external_background_check: createExternalResource(send, 'external_background_check'),
    resource: (target) => createExternalResource(send, target),
    listApplicationInterviews: (filter, options) => listApplicationInterviews(send, filter, options),
    listInterviews: (filter, options) => listInterviews(send, filter, options),
  } satisfies FeishuClient);
}
