import type { Reply } from './answers.ts';
import type { App } from './app.ts';
import { epochNow } from './clock.ts';

/** The part of `fetch` the sandbox plays. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * The app as a `fetch`: no socket, the same rules. A reset rejects with TypeError `fetch failed` (cause
 * ECONNRESET), a black hole stays pending, and an abort rejects with the signal's reason while the request's
 * work goes on, as it does on a real server.
 */
export function createFetch(app: App): Fetch {
  return async (input, init) => {
    const arrivedAtMs = epochNow();
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const reply = app({
      method: request.method,
      url: request.url,
      header: (name) => request.headers.get(name),
      body: async () => new Uint8Array(await request.arrayBuffer()),
      arrivedAtMs,
    });
    return responseOf(await Promise.race([reply, whenAborted(request.signal)]), request.signal);
  };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function responseOf(reply: Reply, signal: AbortSignal): Promise<Response> {
  switch (reply.kind) {
    case 'answer':
      return new Response(reply.answer.body, reply.answer);
    case 'cut':
      return new Response(halfOf(reply.answer.body), reply.answer);
    case 'reset':
      throw new TypeError('fetch failed', { cause: connectionReset() });
    case 'silence':
      return whenAborted(signal);
  }
}

function halfOf(body: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(body);
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.length / 2)),
    pull: (controller) => controller.error(new TypeError('terminated', { cause: connectionReset() })),
  });
}

function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
}
