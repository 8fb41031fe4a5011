import type { Answer, CallOptions } from './answer.ts';
import type { Auth } from './auth.ts';
import {
  createExternalBackgroundChecks,
  createExternalInterviews,
  type ExternalBackgroundChecks,
  type ExternalInterviews,
  listApplicationInterviews,
  type Page,
  type Send,
} from './endpoints.ts';
import { verdictOf } from './errors.ts';
import type { Http } from './http.ts';

/** All endpoints hire-sync uses; the external ones under the name of their target. */
export interface FeishuClient {
  readonly external_interview: ExternalInterviews;
  readonly external_background_check: ExternalBackgroundChecks;
  listApplicationInterviews(
    filter: {
      readonly applicationId: string;
      readonly pageSize: number;
      readonly pageToken?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<Answer<Page>>;
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
    external_interview: createExternalInterviews(send),
    external_background_check: createExternalBackgroundChecks(send),
    listApplicationInterviews: (filter, options) => listApplicationInterviews(send, filter, options),
  } satisfies FeishuClient);
}
