import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { type Applications, applicationsInLines } from '../../src/pull/applications.ts';
import { JSONL } from '../../src/pull/format.ts';
import { PULL_KINDS } from '../../src/pull/kinds.ts';
import type { PullInput } from '../../src/pull/pull.ts';
import { createSandbox, ENDPOINT_NAMES, SANDBOX_APP, type Sandbox } from '../../src/sandbox/index.ts';
import { createCall } from '../../src/writer/call.ts';
import { createThrottle } from '../../src/writer/throttle.ts';

export const UNLIMITED = { limits: Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null])) };
export const [INTERVIEWS, BACKGROUND_CHECKS, INTERVIEW_RECORDS] = PULL_KINDS as [
  PullInput['kind'],
  PullInput['kind'],
  PullInput['kind'],
];

/** A pull from a sandbox in this process; `over` replaces parts of it. */
export function aPull(sandbox: Sandbox, file: string, over: Partial<PullInput> = {}): PullInput {
  const tenant = { baseUrl: 'http://127.0.0.1', appId: SANDBOX_APP.appId };
  const http = createHttp({ baseUrl: tenant.baseUrl, fetch: sandbox.fetch });
  const auth = createAuth({ http, baseUrl: tenant.baseUrl, ...SANDBOX_APP });
  return {
    kind: INTERVIEWS,
    format: JSONL,
    applications: listOf('11', '22', '33'),
    file,
    skipRefused: false,
    client: createFeishuClient({ http, auth }),
    call: createCall({ throttle: createThrottle({ rate: 1000 }), halt: new AbortController() }),
    tenant,
    now: Date.now,
    onProgress: () => {},
    ...over,
  };
}

export function listOf(...ids: readonly string[]): Applications {
  return applicationsInLines(Buffer.from(ids.join('\n')), 'ids.txt');
}

/** Three applications with 25, 0 and 2 interviews. */
export function aSandbox(): Sandbox {
  const sandbox = createSandbox(UNLIMITED);
  const interviews = Array.from({ length: 27 }, (_, n) => ({
    external_application_id: n < 25 ? '11' : '33',
    begin_time: 1_709_600_700_000 + n,
    interview_assessments: [{ username: `面试官 ${n}`, conclusion: 1 as const, content: '=1+1' }],
  }));
  sandbox.seed({ interviews });
  return sandbox;
}
