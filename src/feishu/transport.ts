import type { Dispatcher } from 'undici';
import type { CallOptions } from './answer.ts';
import { describeNetworkError, provesUnsent } from './network-error.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly origin: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What came back over the wire. */
export type Exchange =
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly header: ReadHeader;
      readonly body: Uint8Array;
    }
  /** The answer began and did not end. */
  | { readonly kind: 'cut'; readonly status: number; readonly header: ReadHeader; readonly what: string }
  | { readonly kind: 'none'; readonly sent: 'never' | 'maybe'; readonly what: string };

/** A response header by its lower-case name, `''` when absent. */
export type ReadHeader = (name: string) => string;

/** Limits of one exchange; times in ms. */
export interface WireLimits {
  readonly headersMs: number;
  /** Longest silence within the body. */
  readonly bodyMs: number;
  /** From the call to the last byte, waiting for a connection included. */
  readonly totalMs: number;
  readonly maxBodyBytes: number;
}

/** Does one exchange. Never rejects, never repeats a request. */
export type Transport = (request: WireRequest, options: CallOptions) => Promise<Exchange>;

export type Fetch = (request: Request) => Promise<Response>;

/** Over undici's connections. Knows exactly whether a request was handed to a socket, and when. */
export function overDispatcher(dispatcher: Dispatcher, limits: WireLimits): Transport {
  return (request, options) =>
    new Promise((resolve) => {
      const { signal, onSent } = options;
      let begun = false;
      let told = false;
      let settled = false;
      let controller: Dispatcher.DispatchController | undefined;
      let head: { status: number; header: ReadHeader } | undefined;
      let bytes = 0;
      const chunks: Uint8Array[] = [];

      const tellSent = () => {
        if (!told) onSent?.();
        told = true;
      };
      const settle = (exchange: Exchange) => {
        if (settled) return;
        settled = true;
        if (begun) tellSent();
        clearTimeout(deadline);
        signal?.removeEventListener('abort', onAbort);
        resolve(exchange);
      };
      const fail = (what: string) => {
        if (head !== undefined)
          settle({ kind: 'cut', ...head, what: `${what}, after ${bytes} bytes of the body` });
        else settle({ kind: 'none', sent: begun ? 'maybe' : 'never', what });
      };
      // A request that still waits for a connection cannot be called back: it is settled here, and refused in
      // `onRequestStart` when its turn comes, so "never sent" stays true.
      const giveUp = (what: string) => {
        fail(what);
        controller?.abort(new Error(what));
      };
      const onAbort = () => giveUp('aborted');
      const deadline = setTimeout(
        () => giveUp(`no complete answer within ${limits.totalMs} ms`),
        limits.totalMs,
      );

      const handler: Dispatcher.DispatchHandler = {
        onRequestStart(its) {
          // `begun`: undici takes a request up again in rare states of a connection; this client never sends twice.
          if (settled || begun) return its.abort(new Error('not sent'));
          controller = its;
          begun = true;
        },
        // undici calls this in the same synchronous step as the write. After the write and not before: whatever
        // holds the process up in between then makes the noted time too late, never too early.
        onRequestSent: tellSent,
        onResponseStart(_, status, headers) {
          // 1xx announces the answer, it is none.
          if (status >= 200) head = { status, header: headerOf(headers) };
        },
        onResponseData(_, chunk) {
          bytes += chunk.length;
          if (bytes > limits.maxBodyBytes) giveUp(`the body is larger than ${limits.maxBodyBytes} bytes`);
          else chunks.push(chunk);
        },
        onResponseEnd() {
          if (head !== undefined) settle({ kind: 'response', ...head, body: Buffer.concat(chunks) });
        },
        onResponseError: (_, error) => fail(describeNetworkError(error)),
      };

      if (signal?.aborted === true) return onAbort();
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        dispatcher.dispatch(
          {
            origin: request.origin,
            path: request.path,
            method: request.method,
            headers: request.headers,
            // Bytes, not text: undici then writes headers and body in one synchronous step.
            body: request.body === null ? null : Buffer.from(request.body),
            headersTimeout: limits.headersMs,
            bodyTimeout: limits.bodyMs,
          },
          handler,
        );
      } catch (error) {
        fail(describeNetworkError(error));
      }
    });
}

/**
 * Over a `fetch`, such as the sandbox's. Whether a request left is known only from the error, so `onSent` is called
 * just before.
 */
export function overFetch(fetch: Fetch, limits: WireLimits): Transport {
  return async (wire, { signal, onSent }) => {
    if (signal?.aborted === true) return { kind: 'none', sent: 'never', what: 'aborted' };
    const deadline = AbortSignal.timeout(limits.totalMs);
    const request = new Request(`${wire.origin}${wire.path}`, {
      method: wire.method,
      headers: wire.headers,
      body: wire.body,
      // A redirect would carry the token to another address and turn a POST into a GET.
      redirect: 'manual',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    let head: { status: number; header: ReadHeader } | undefined;
    try {
      onSent?.();
      const response = await fetch(request);
      head = { status: response.status, header: (name) => response.headers.get(name) ?? '' };
      const body = new Uint8Array(await response.arrayBuffer());
      if (body.length <= limits.maxBodyBytes) return { kind: 'response', ...head, body };
      return { kind: 'cut', ...head, what: `the body is larger than ${limits.maxBodyBytes} bytes` };
    } catch (error) {
      const what = describeNetworkError(error);
      if (head !== undefined) return { kind: 'cut', ...head, what };
      return { kind: 'none', sent: provesUnsent(error) ? 'never' : 'maybe', what };
    }
  };
}

function headerOf(headers: Readonly<Record<string, string | string[] | undefined>>): ReadHeader {
  return (name) => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? '';
  };
}
