/**
 * A process of its own that answers like Feishu and notes when each write arrives:
 * `node arrival-server.ts <latency in ms> <failing share>`. Tells its port, and all it has noted on any message; on
 * 'report' it ends with that.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { setPriority } from 'node:os';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

export interface Arrivals {
  /** When each write arrived, in ms. */
  readonly at: readonly number[];
  /** How many had arrived when the last write came for the first time: up to then there was work waiting. */
  readonly whileBusy: number;
  /** How late this process was at worst, in ms: a request noted so much too late looks like a burst with the next ones. */
  readonly lateMs: number;
}

const LIMIT_MS = 1_000;
const RESOLUTION_MS = 5;
// So that no row is given up: each attempt fails for itself, and the writer makes a few only.
const MOST_FAILURES = 3;

/** The most arrivals within any sliding second. */
export function maxPerSecond(at: readonly number[]): number {
  let max = 0;
  let first = 0;
  for (const [index, time] of at.entries()) {
    while ((at[first] ?? 0) <= time - LIMIT_MS) first += 1;
    max = Math.max(max, index - first + 1);
  }
  return max;
}

// An observer that waits for the processor notes a request up to 80 ms late (measured with both cores busy), and
// then counts ten in a second that were never sent so.
function watchFirst(): void {
  try {
    setPriority(-15);
  } catch {
    // Not allowed for this user: the measurement is only as good as the machine is idle.
  }
}

async function serve(latencyMs: number, failingShare: number): Promise<void> {
  watchFirst();
  const at: number[] = [];
  const failures = new Map<string, number>();
  const lateness = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let whileBusy = 0;
  const answer = (response: ServerResponse, externalId: string) => {
    const failed = failures.get(externalId) ?? 0;
    const failing = failed < MOST_FAILURES && Math.random() < failingShare;
    if (failing) failures.set(externalId, failed + 1);
    response.writeHead(failing ? 500 : 200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(
      failing
        ? '{"code":1002001,"msg":"system error"}'
        : `{"code":0,"msg":"ok","data":{"external_interview":{"id":"${6_900_000_000 + failures.size}"}}}`,
    );
  };
  const server = createServer((request, response) => {
    const arrivedAt = performance.now();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url?.startsWith('/open-apis/auth/')) {
        response.end('{"code":0,"msg":"ok","tenant_access_token":"t-bench","expire":7200}');
        return;
      }
      at.push(arrivedAt);
      const { external_id } = JSON.parse(Buffer.concat(chunks).toString()) as { external_id: string };
      if (!failures.has(external_id)) {
        failures.set(external_id, 0);
        whileBusy = at.length;
      }
      setTimeout(() => answer(response, external_id), latencyMs * (0.5 + Math.random()));
    });
  });
  lateness.enable();
  // An idle connection must outlive a pause of the writer: one that is closed as a request leaves would look lost.
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.on('message', (message) => {
    const arrivals: Arrivals = { at, whileBusy, lateMs: lateness.max / 1e6 - RESOLUTION_MS };
    process.send?.(arrivals, () => message === 'report' && process.exit(0));
  });
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : 0);
}

if (import.meta.main) await serve(Number(process.argv[2]), Number(process.argv[3]));
