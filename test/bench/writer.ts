/**
 * Measures what the writer really sends: `npm run bench:writer [-- --requests 300 --only 50]`.
 * A server in one process notes when each write arrives, a client in another sends through the real http, call and
 * throttle. Fails if 10 writes arrive within any second, or if the pace drops below 8.7/s where nothing stalls.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createDispatcher } from '../../src/feishu/dispatcher.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { createCall } from '../../src/writer/call.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import { type Arrivals, maxPerSecond } from './arrival-server.ts';

interface Case {
  readonly latencyMs: number;
  readonly stalled: boolean;
}

const CASES: readonly Case[] = [
  { latencyMs: 50, stalled: false },
  { latencyMs: 200, stalled: false },
  { latencyMs: 800, stalled: false },
  { latencyMs: 2_000, stalled: false },
  { latencyMs: 50, stalled: true },
  { latencyMs: 200, stalled: true },
  { latencyMs: 800, stalled: true },
  { latencyMs: 2_000, stalled: true },
];

const FAILING_SHARE = 0.1;
const LIMIT_PER_SECOND = 10;
const SLOWEST_MEAN = 8.7;

async function write(port: number, requests: number, stalled: boolean): Promise<void> {
  const baseUrl = `http://127.0.0.1:${port}`;
  const dispatcher = createDispatcher({ baseUrl });
  const http = createHttp({ baseUrl, dispatcher });
  const auth = createAuth({ http, baseUrl, appId: 'bench', appSecret: 'bench' });
  const client = createFeishuClient({ http, auth });
  const throttle = createThrottle();
  const call = createCall({ throttle, halt: new AbortController() });
  await auth.token();
  const stalls = stalled ? setInterval(() => stall(300), 1_000) : undefined;
  // As many under way as the writer of the program keeps.
  const limit = pLimit(48);
  const kinds = await limit.map(Array.from({ length: requests }), async (_, index) => {
    const body = { external_id: `bench-${index}`, external_application_id: '6960663240925956437' };
    const send = (options: object) => client.external_interview.create(body, options);
    return (await call({ effect: 'create', send })).kind;
  });
  clearInterval(stalls);
  await dispatcher.close();
  process.send?.({ done: kinds.filter((kind) => kind === 'done').length, max: throttle.maxPer1000ms() });
}

function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

async function measure(one: Case, requests: number): Promise<boolean> {
  const server = fork(join(import.meta.dirname, 'arrival-server.ts'), [
    String(one.latencyMs),
    String(FAILING_SHARE),
  ]);
  const port = await message<number>(server);
  const stallFlags = one.stalled ? ['--stalled'] : [];
  const client = fork(import.meta.filename, [
    'client',
    '--port',
    String(port),
    '--requests',
    String(requests),
    ...stallFlags,
  ]);
  const sent = await message<{ done: number; max: number }>(client);
  server.send('report');
  const { at, whileBusy } = await message<Arrivals>(server);
  const seconds = ((at[whileBusy - 1] ?? 0) - (at[0] ?? 0)) / 1000;
  const mean = (whileBusy - 1) / seconds;
  const max = maxPerSecond(at);
  const good = max < LIMIT_PER_SECOND && (one.stalled || mean >= SLOWEST_MEAN) && sent.done === requests;
  const name = `${one.latencyMs} ms${one.stalled ? ', stalled' : ''}`;
  const cells = [
    name,
    at.length,
    seconds.toFixed(1),
    mean.toFixed(2),
    max,
    sent.max,
    loadavg()[0]?.toFixed(1),
    good ? 'ok' : 'FAILED',
  ];
  print(cells);
  return good;
}

function print(cells: readonly unknown[]): void {
  const widths = [16, 10, 9, 8, 13, 13, 6, 7];
  process.stdout.write(`${cells.map((cell, index) => String(cell).padStart(widths[index] ?? 8)).join('')}\n`);
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, 'message')) as [T];
  return value;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    requests: { type: 'string', default: '300' },
    only: { type: 'string' },
    port: { type: 'string', default: '0' },
    stalled: { type: 'boolean', default: false },
  },
});

if (positionals[0] === 'client') {
  await write(Number(values.port), Number(values.requests), values.stalled);
  process.disconnect?.();
} else {
  print(['latency', 'requests', 'seconds', 'mean/s', 'max at server', 'max at sender', 'load', '']);
  let good = true;
  for (const one of CASES) {
    if (values.only !== undefined && Number(values.only) !== one.latencyMs) continue;
    good = (await measure(one, Number(values.requests))) && good;
  }
  process.exitCode = good ? 0 : 1;
}
