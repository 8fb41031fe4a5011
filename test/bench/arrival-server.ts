/**
 * A process of its own that answers like Feishu and notes when each write arrives:
 * `node arrival-server.ts <latency in ms> <failing share>`. Tells its port, and on any message all it has noted.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { setPriority } from 'node:os';
import { performance } from 'node:perf_hooks';

export interface Arrivals {
  /** When each write arrived, in ms. */
  readonly at: readonly number[];
  /** How many had arrived when the last write came for the first time: up to then there was work waiting. */
  readonly whileBusy: number;
}

const LIMIT_MS = 1_000;

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
  const seen = new Set<string>();
  let whileBusy = 0;
  const answer = (response: ServerResponse, id: number) => {
    const failing = Math.random() < failingShare;
    response.writeHead(failing ? 500 : 200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(
      failing
        ? '{"code":1002001,"msg":"system error"}'
        : `{"code":0,"msg":"ok","data":{"external_interview":{"id":"${id}"}}}`,
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
      if (!seen.has(external_id)) {
        seen.add(external_id);
        whileBusy = at.length;
      }
      setTimeout(() => answer(response, 6_900_000_000 + seen.size), latencyMs * (0.5 + Math.random()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.on('message', () => {
    const arrivals: Arrivals = { at, whileBusy };
    process.send?.(arrivals, () => process.exit(0));
  });
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : 0);
}

if (import.meta.main) await serve(Number(process.argv[2]), Number(process.argv[3]));
