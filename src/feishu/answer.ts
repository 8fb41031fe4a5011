/** What one HTTP request to Feishu came to, as plain data. Decided on `code`, never on the HTTP status or `msg`. */

/** `<target>.<verb>` for the endpoints of a target; the others by their own names. */
export type EndpointName =
  | 'token'
  | 'application_interview.list'
  | 'interview.list'
  | `${string}.${'create' | 'update' | 'batch_query' | 'delete'}`;

interface Meta {
  readonly endpoint: EndpointName;
  readonly durationMs: number;
  /** `X-Tt-Logid`, else `X-Request-Id`, else the body's `error.log_id` / `error.logid`, else `''`. */
  readonly logId: string;
}

export type Answer<T> =
  /** code 0 and the data the endpoint promises. */
  | (Meta & { readonly kind: 'ok'; readonly status: number; readonly data: T })
  /** A JSON envelope with a code other than 0. */
  | (Meta & {
      readonly kind: 'error';
      readonly status: number;
      readonly code: number;
      /** Feishu's own words; may echo request data, so it goes to reports, never to logs. */
      readonly msg: string;
      /** `x-ogw-ratelimit-reset` in ms, as sent (no floor or cap yet); null when absent or not a number. */
      readonly resetMs: number | null;
      /** Names of missing scopes (`error.permission_violations`), and console URLs (`error.helps`). */
      readonly scopes: readonly string[];
      readonly helps: readonly string[];
      /** `error.field_violations`, without their values. */
      readonly fields: readonly { readonly field: string; readonly description: string }[];
    })
  /** An answer that is no envelope: gateway HTML, a body cut off, 200 not JSON, code 0 without the promised data. */
  | (Meta & {
      readonly kind: 'unreadable';
      readonly status: number;
      readonly what: string;
      readonly resetMs: number | null;
    })
  /** No answer at all. `sent` is `never` only where the transport proves that no byte of the request left. */
  | (Meta & { readonly kind: 'no-answer'; readonly sent: 'never' | 'maybe'; readonly what: string });

/** An answer with a code other than 0. */
export type ErrorAnswer = Extract<Answer<unknown>, { kind: 'error' }>;

/** What the caller may pass to every endpoint. */
export interface CallOptions {
  /** Called once, synchronously, at the moment the request's headers are written to the socket. */
  readonly onSent?: () => void;
  /** Aborts the request; a request in flight then ends as `no-answer` with `sent: 'maybe'`. */
  readonly signal?: AbortSignal;
  /** The source key of the row it is about, for the log. */
  readonly key?: string;
}

/** What a request does to Feishu, as far as sending it again is concerned. */
export type Effect =
  /** POST of a new object: repeated only under the same `external_id`, and only while Feishu remembers that. */
  | 'create'
  /** PUT of the complete object. */
  | 'replace'
  | 'delete'
  | 'read';
