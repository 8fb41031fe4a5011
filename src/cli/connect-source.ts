import { HireSyncError } from '../errors.ts';
import { createAuth } from '../feishu/auth.ts';
import { parseBaseUrl } from '../feishu/base-url.ts';
import { createFeishuClient } from '../feishu/client.ts';
import { createDispatcher } from '../feishu/dispatcher.ts';
import { type InterviewsApi, MAX_INTERVIEWS_PAGE } from '../feishu/endpoints.ts';
import { createHttp } from '../feishu/http.ts';
import type { Log } from '../ops/log.ts';
import type { SourceTenant } from '../readers/source-tenant.ts';
import { createCall } from '../writer/call.ts';
import type { Call, CallResult } from '../writer/contract.ts';
import { createThrottle } from '../writer/throttle.ts';
import { credentialsOf, type Environment } from './environment.ts';

/**
 * Reads per second, under what is documented: 50 for the successor (platform.md §7). The historic list has no number
 * of its own: the family's usual 10, less one as everywhere.
 */
const RATES: Readonly<Record<InterviewsApi, number>> = { applications: 9, 'v1-interviews': 45 };

/** The connections to the tenant that a pipeline reads from. */
export interface SourceConnection {
  readonly page: SourceTenant['page'];
  readonly close: () => Promise<void>;
}

export function connectSource(
  environment: Environment,
  rate: number | undefined,
  { log, stopping }: { readonly log?: Log; readonly stopping?: AbortSignal },
): SourceConnection {
  const credentials = credentialsOf(environment.source, 'SOURCE_FEISHU_');
  const baseUrl = parseBaseUrl(environment.source.baseUrl);
  const halt = new AbortController();
  const interrupt = (): void =>
    halt.abort(new HireSyncError('INTERRUPTED', 'Interrupted. The next run goes on where this one stopped.'));
  if (stopping?.aborted === true) interrupt();
  stopping?.addEventListener('abort', interrupt);
  const dispatcher = createDispatcher({ ...environment, baseUrl });
  const http = createHttp({ baseUrl, dispatcher, log });
  const auth = createAuth({ http, baseUrl, ...credentials, halt: halt.signal });
  const client = createFeishuClient({ http, auth });
  const calls = new Map<InterviewsApi, Call>();
  const callOf = (api: InterviewsApi): Call => {
    const call =
      calls.get(api) ?? createCall({ halt, log, throttle: createThrottle({ rate: rate ?? RATES[api] }) });
    calls.set(api, call);
    return call;
  };
  const page: SourceTenant['page'] = async ({ api, applicationId, pageToken }) => {
    const filter = { applicationId, pageToken, pageSize: MAX_INTERVIEWS_PAGE[api] };
    const list = api === 'applications' ? client.listApplicationInterviews : client.listInterviews;
    const result = await callOf(api)({
      key: applicationId,
      effect: 'read',
      send: (options) => list(filter, options),
    }).catch((error: unknown) => {
      throw inSource(error);
    });
    if (result.kind === 'done') return result.data;
    throw unread(result);
  };
  return { page, close: () => dispatcher.close() };
}

/** Without Feishu's words, which end up on a terminal; the code and the log id lead to them. */
function unread({
  kind,
  code,
  attempts,
  logId,
}: Exclude<CallResult<unknown>, { kind: 'done' }>): HireSyncError {
  const said = `${code === null ? 'no usable answer' : `code ${code}`}${logId === '' ? '' : `, log id ${logId}`}`;
  if (kind === 'refused') {
    const advice =
      'check that the id is that of an application in the source tenant, and that its app may read interviews (hire:interview:readonly)';
    return new HireSyncError(
      'SOURCE_INVALID',
      `was refused by Feishu (${said}): ${advice}. Nothing was written.`,
    );
  }
  const text = `could not be read after ${attempts} requests (${said}). Nothing was written; what was read is kept, and the next run goes on from there.`;
  return new HireSyncError('FEISHU_UNREACHABLE', text);
}

/** The same error, naming the variables that it is about here. */
function inSource(error: unknown): unknown {
  if (!HireSyncError.is(error) || error.code === 'INTERRUPTED') return error;
  const message = error.message.replaceAll(/(?<![A-Z_])FEISHU_(?=APP_|BASE_)/g, 'SOURCE_FEISHU_');
  return new HireSyncError(error.code, `The tenant to read from: ${message}`, { cause: error });
}
