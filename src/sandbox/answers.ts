import { randomBytes } from 'node:crypto';
import type { FieldViolation } from './bodies.ts';
import type { Rules } from './rules.ts';

/** A whole HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The envelope's `code`; null for a body that is no envelope. */
  readonly code: number | null;
}

/** What becomes of a request: an answer, the first half of one, a connection reset, or nothing at all. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'cut'; readonly answer: Answer }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' };

/** Fourteen digits of time and twenty of chance: unique, and recognizable as a log id. */
function newLogId(): string {
  const time = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return `${time}${randomBytes(10).toString('hex').toUpperCase()}`;
}

/** Any JSON answer with the headers Feishu puts on it. */
export function envelope(
  status: number,
  content: { readonly code: number; readonly msg?: string } & Readonly<Record<string, unknown>>,
  extra: { readonly headers?: Readonly<Record<string, string>>; readonly logId?: string } = {},
): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-tt-logid': extra.logId ?? newLogId(),
      ...extra.headers,
    },
    body: JSON.stringify(content),
    code: content.code,
  };
}

export function success(data: object, msg = 'ok'): Answer {
  return envelope(200, { code: 0, msg, data });
}

/** An error envelope: `{code, msg, error: {log_id, …}}`, the log id the same as in the header. */
export function refusal(
  status: number,
  code: number,
  msg: string,
  extra: { readonly error?: object; readonly headers?: Readonly<Record<string, string>> } = {},
): Answer {
  const logId = newLogId();
  const headers = extra.headers ?? {};
  return envelope(status, { code, msg, error: { log_id: logId, ...extra.error } }, { headers, logId });
}

/** 1002002 unless the endpoint has a code of its own. */
export function badParameter(violations: readonly FieldViolation[], code = 1002002): Answer {
  return refusal(400, code, 'parameter error', { error: { field_violations: violations } });
}

export function badField(field: string, value: string, description: string, code?: number): Answer {
  return badParameter([{ field, value, description }], code);
}

/** @param reset value of `x-ogw-ratelimit-reset` (s); null leaves the header out */
export function rateLimited(status: Rules['limitedStatus'], limit: number, reset: string | null): Answer {
  const headers = {
    'x-ogw-ratelimit-limit': String(limit),
    ...(reset === null ? {} : { 'x-ogw-ratelimit-reset': reset }),
  };
  return refusal(status, 99991400, 'request trigger frequency limit', { headers });
}

export function missingToken(status: number): Answer {
  return refusal(status, 99991661, 'Missing access token for authorization');
}

export function invalidToken(status: number): Answer {
  return refusal(status, 99991663, 'Invalid access token for authorization');
}

export function missingScope(appId: string): Answer {
  const scope = 'hire:external_application';
  const url = `https://open.feishu.cn/app/${appId}/auth?q=${scope}&op_from=openapi&token_type=tenant`;
  return refusal(400, 99991672, `Access denied. The app lacks the scope [${scope}]`, {
    error: {
      permission_violations: [{ type: 'action_scope_required', subject: scope }],
      helps: [{ url, description: 'Apply for the scope in the developer console' }],
    },
  });
}

/** What a gateway in front of Feishu says when nothing behind it answers. */
export function gatewayPage(): Answer {
  const body =
    '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n';
  return page(502, 'text/html', body);
}

/** A 200 that is not JSON. */
export function plainText(): Answer {
  return page(200, 'text/plain; charset=utf-8', 'service is being upgraded');
}

function page(status: number, contentType: string, body: string): Answer {
  return {
    status,
    headers: { 'content-type': contentType, 'x-tt-logid': newLogId() },
    body,
    code: null,
  };
}
