import type { Answer, CallOptions } from '../feishu/answer.ts';
import type { BatchFilter, Page, RemoteObject } from '../feishu/endpoints.ts';
import type { Call, CallRequest, CallResult } from './contract.ts';
import type { Journal } from './journal.ts';

/** The endpoints of a target, bound to a client; bodies are what the documents call the request body. */
export interface TargetEndpoints {
  create(body: object, options: CallOptions): Promise<Answer<RemoteObject>>;
  update(remoteId: string, body: object, options: CallOptions): Promise<Answer<RemoteObject>>;
  delete(remoteId: string, options: CallOptions): Promise<Answer<null>>;
  query(filter: BatchFilter, options: CallOptions): Promise<Answer<Page>>;
}

/** One call with its intent committed before each request. What the call throws is noted, and thrown. */
export async function sendJournalled(
  journal: Journal,
  call: Call,
  request: Pick<CallRequest<RemoteObject>, 'effect' | 'send'> & { readonly key: string },
): Promise<CallResult<RemoteObject>> {
  const called = call({
    ...request,
    send: (options) => {
      // Inside the throttle's slot: an intent exists only for a request that really leaves now, and a request
      // leaves only if its intent is on disk.
      journal.sending();
      return request.send(options);
    },
    onAnswer: journal.answered,
  });
  return called.catch((error: unknown) => {
    journal.notSent(error);
    throw error;
  });
}
