import { HireSyncError } from '../errors.ts';
import { createAuth } from '../feishu/auth.ts';
import { parseBaseUrl } from '../feishu/base-url.ts';
import { createFeishuClient } from '../feishu/client.ts';
import { createDispatcher } from '../feishu/dispatcher.ts';
import { type InterviewsApi, MAX_INTERVIEWS_PAGE } from '../feishu/endpoints.ts';
import { createHttp } from '../feishu/http.ts';
import type { Log } from '../ops/log.ts';
import type { SourceTenant } from '../readers/source-tenant.ts';
import { w } from '../report/sentences.ts';
import { createCall } from '../writer/call.ts';
import type { Call, CallResult } from '../writer/contract.ts';
import { createThrottle } from '../writer/throttle.ts';
import { credentialsOf, type Environment } from './environment.ts';

/**
 * Reads per second, under what is documented: 50 for the successor (platform.md §7). The historic list has no number
 * of its own: the family's usual 10, less one as everywhere.
 */
const RATES: Readonly<Record<InterviewsApi, number>> = { applications: 9, 'v1-interviews': 45 };

const INTERRUPTED = w(
  '已中断。下一次运行会从这里继续。',
  'Interrupted. The next run goes on where this one stopped.',
);

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
  const interrupt = (): void => halt.abort(new HireSyncError('INTERRUPTED', INTERRUPTED));
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
  const log = logId === '' ? w('', '') : w(`，日志 ID ${logId}`, `, log id ${logId}`);
  const said = w(
    `${code === null ? '没有可用的答复' : `代码 ${code}`}${log.zh}`,
    `${code === null ? 'no usable answer' : `code ${code}`}${log.en}`,
  );
  if (kind === 'refused')
    return new HireSyncError(
      'SOURCE_INVALID',
      w(
        `被飞书拒绝（${said.zh}）：请核对该编号是数据来源租户中的投递，并且应用有权读取面试（hire:interview:readonly）。没有写入任何内容。`,
        `was refused by Feishu (${said.en}): check that the id is that of an application in the source tenant, and that its app may read interviews (hire:interview:readonly). Nothing was written.`,
      ),
    );
  return new HireSyncError(
    'FEISHU_UNREACHABLE',
    w(
      `请求 ${attempts} 次后仍无法读取（${said.zh}）。没有写入任何内容；已读取的部分已保留，下一次运行会继续。`,
      `could not be read after ${attempts} requests (${said.en}). Nothing was written; what was read is kept, and the next run goes on from there.`,
    ),
  );
}

/** The same error, naming the variables that it is about here. */
function inSource(error: unknown): unknown {
  if (!HireSyncError.is(error) || error.code === 'INTERRUPTED') return error;
  const inWords = (text: string) => text.replaceAll(/(?<![A-Z_])FEISHU_(?=APP_|BASE_)/g, 'SOURCE_FEISHU_');
  const en = `The tenant to read from: ${inWords(error.message)}`;
  const message = error.zh === null ? en : w(`读取数据的租户：${inWords(error.zh)}`, en);
  return new HireSyncError(error.code, message, { cause: error });
}
