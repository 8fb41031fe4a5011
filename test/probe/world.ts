import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { watchHeaders } from '../../src/probe/burst.ts';
import type { Findings } from '../../src/probe/findings.ts';
import { type Probed, type ProbeInput, probe } from '../../src/probe/probe.ts';
import {
  createSandbox,
  ENDPOINT_NAMES,
  SANDBOX_APP,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import { createCall } from '../../src/writer/call.ts';
import { createThrottle } from '../../src/writer/throttle.ts';

export const APPLICATION = '7435500000915106069';
export const TENANT = { baseUrl: 'http://127.0.0.1', appId: SANDBOX_APP.appId };

/** A sandbox without limits; `over` has the last word. */
export function aSandbox(over: SandboxOptions = {}): Sandbox {
  return createSandbox({ limits: Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, null])), ...over });
}

export interface World {
  readonly input: ProbeInput;
  readonly halt: AbortController;
}

/** A probe of a sandbox in this process, as fast as the machine can. */
export function aWorld(sandbox: Sandbox, over: Partial<ProbeInput> = {}): World {
  const watch = watchHeaders();
  const http = createHttp({ baseUrl: TENANT.baseUrl, fetch: sandbox.fetch, onResponse: watch.onResponse });
  const auth = createAuth({ http, baseUrl: TENANT.baseUrl, ...SANDBOX_APP });
  const halt = new AbortController();
  const newCall = (stop: AbortController) =>
    createCall({
      throttle: createThrottle({ rate: 1000 }),
      halt: stop,
      policy: { attempts: 3, baseMs: 1, capMs: 1 },
    });
  const input: ProbeInput = {
    client: createFeishuClient({ http, auth }),
    http,
    tenant: TENANT,
    application: APPLICATION,
    call: newCall(halt),
    callRead: newCall(halt),
    afterStop: () => newCall(new AbortController()),
    stopping: halt.signal,
    burst: null,
    now: Date.now,
    lagCapMs: 400,
    ...over,
  };
  return { input: over.burst === undefined ? input : { ...input, burst: watch }, halt };
}

/** Probes a sandbox; what was found, if everything was and nothing was left. */
export async function found(sandbox: Sandbox, over: Partial<ProbeInput> = {}): Promise<Findings> {
  const { findings, left, error } = await probed(sandbox, over);
  if (findings === null || left.length > 0) throw new Error(JSON.stringify(left), { cause: error });
  return findings;
}

export function probed(sandbox: Sandbox, over: Partial<ProbeInput> = {}): Promise<Probed> {
  return probe(aWorld(sandbox, over).input);
}
