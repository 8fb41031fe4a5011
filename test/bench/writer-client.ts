/**
 * One process that writes, through the real http, call and throttle:
 * `node writer-client.ts --port N --requests N [--limiter PORT] [--stalled] [--scan]`.
 * Sends what it came to as its last message, and prints what a person is told on stderr.
 */
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createDispatcher } from '../../src/feishu/dispatcher.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { createCall } from '../../src/writer/call.ts';
import { createRedisLimiter, type RedisLimiter } from '../../src/writer/redis-limiter.ts';
import { createThrottle } from '../../src/writer/throttle.ts';

export interface Sent {
  /** Requests that ended well. */
  readonly done: number;
  /** The most this process sent within any second. */
  readonly max: number;
}

// What the fingerprints of a rerun cost: hashing and looking at every byte, as fast as a core can.
const SCAN = `
const { createHash } = require('node:crypto');
const bytes = Buffer.alloc(8 * 1024 * 1024, '面试,"通过",2024-03-05\\n');
for (;;) {
  createHash('sha256').update(bytes).digest();
  for (let at = 0; (at = bytes.indexOf(10, at) + 1) > 0; );
}`;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '' },
    requests: { type: 'string', default: '300' },
    limiter: { type: 'string' },
    stalled: { type: 'boolean', default: false },
    scan: { type: 'boolean', default: false },
  },
});

const baseUrl = `http://127.0.0.1:${values.port}`;
const tenant = { baseUrl, appId: 'bench' };
const dispatcher = createDispatcher({ baseUrl });
const http = createHttp({ baseUrl, dispatcher });
const auth = createAuth({ http, ...tenant, appSecret: 'bench' });
const client = createFeishuClient({ http, auth });
const limiter = values.limiter === undefined ? undefined : open(Number(values.limiter));
const throttle = createThrottle({ shared: limiter?.budget });
const call = createCall({ throttle, halt: new AbortController() });
await limiter?.ready(new AbortController().signal);
await auth.token();
const stalls = values.stalled ? setInterval(() => stall(300), 1_000) : undefined;
const scan = values.scan ? new Worker(SCAN, { eval: true }) : undefined;
// As many under way as the writer of the program keeps.
const limit = pLimit(48);
const kinds = await limit.map(Array.from({ length: Number(values.requests) }), async (_, index) => {
  const body = {
    external_id: `bench-${process.pid}-${index}`,
    external_application_id: '6960663240925956437',
  };
  const send = (options: object) => client.external_interview.create(body, options);
  return (await call({ effect: 'create', send })).kind;
});
clearInterval(stalls);
await scan?.terminate();
await dispatcher.close();
limiter?.close();
const sent: Sent = { done: kinds.filter((kind) => kind === 'done').length, max: throttle.maxPer1000ms() };
process.send?.(sent, () => process.disconnect?.());

function open(port: number): RedisLimiter {
  return createRedisLimiter({
    address: { host: '127.0.0.1', port, db: 0, tls: false },
    tenant,
    kind: 'writes',
    rate: 9,
    tell: (line) => process.stderr.write(`${line}\n`),
  });
}

function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
