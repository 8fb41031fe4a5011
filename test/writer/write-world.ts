import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { createAuth } from '../../src/feishu/auth.ts';
import { createFeishuClient } from '../../src/feishu/client.ts';
import { createHttp } from '../../src/feishu/http.ts';
import { TARGETS } from '../../src/feishu/targets.ts';
import { type Ledger, openLedger } from '../../src/ledger/ledger.ts';
import type { Change, Outcome } from '../../src/model.ts';
import type { PlannedChange } from '../../src/plan/planned.ts';
import { createSandbox, SANDBOX_APP, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { createAnswers } from '../../src/writer/answers.ts';
import { createCall } from '../../src/writer/call.ts';
import { createConfirm } from '../../src/writer/confirm.ts';
import { lookFor, readAll } from '../../src/writer/read-back.ts';
import { createThrottle } from '../../src/writer/throttle.ts';
import { applyChanges, type WriteInput } from '../../src/writer/write.ts';
import { aFolder, aPayload } from '../builders.ts';

const BASE_URL = 'http://127.0.0.1:9';

/** A row of the ledger's file, as another program sees it at that moment. */
export interface Seen {
  readonly key: string;
  readonly state: string;
  readonly remote_id: string | null;
  readonly intent_payload: string | null;
  readonly unanswered: number;
}

export interface WriteWorld {
  readonly sandbox: Sandbox;
  readonly ledger: Ledger;
  readonly halt: AbortController;
  /** Outcomes in the order in which they were told. */
  readonly outcomes: { readonly key: string; readonly outcome: Outcome }[];
  /** What is on disk, read through a connection of its own. */
  onDisk(): Seen[];
  attempts(key: string): object[];
  sql(text: string): void;
  apply(changes: Iterable<Change>, over?: Partial<WriteInput>): Promise<void>;
}

/** `onRequest` sees each request before Feishu does. */
export function aWriteWorld(
  options: SandboxOptions = {},
  onRequest: (request: Request, world: WriteWorld) => void | Promise<void> = () => {},
): WriteWorld {
  const limits = { 'external_interview.create': null, 'external_interview.update': null } as const;
  const sandbox = createSandbox({ limits, ...options });
  const file = join(aFolder(), 'ledger.db');
  const ledger = openLedger({ file, mode: 'write', now: Date.now });
  onTestFinished(() => ledger.close());
  ledger.leases.acquire('run-1');
  const observed = async (request: Request): Promise<Response> => {
    if (!request.url.includes('/auth/')) await onRequest(request, world);
    return sandbox.fetch(request);
  };
  const http = createHttp({ baseUrl: BASE_URL, fetch: observed });
  const auth = createAuth({ http, baseUrl: BASE_URL, ...SANDBOX_APP });
  const { external_interview: resource } = createFeishuClient({ http, auth });
  const halt = new AbortController();
  const policy = { attempts: 3, baseMs: 1, capMs: 2 };
  const call = createCall({ halt, throttle: createThrottle({ rate: 1000 }), policy });
  const endpoints: WriteInput['endpoints'] = {
    create: (body, given) => resource.create(body as Parameters<typeof resource.create>[0], given),
    update: (id, body, given) => resource.update(id, body as Parameters<typeof resource.update>[1], given),
  };
  const readBack = {
    callRead: createCall({ halt, throttle: createThrottle({ rate: 1000 }), policy }),
    endpoints: { query: resource.batchQuery },
    stopping: halt.signal,
  };
  const answers = createAnswers({
    target: TARGETS.external_interview,
    ledger,
    call,
    endpoints,
    confirm: createConfirm(readBack),
    onShown: () => {},
  });
  const world: WriteWorld = {
    sandbox,
    ledger,
    halt,
    outcomes: [],
    onDisk() {
      const database = new Database(file, { readonly: true });
      const rows = database
        .prepare(
          `SELECT key, state, remote_id, intent_payload,
                  (SELECT count(*) FROM attempt WHERE attempt.key = entry.key AND finished_at IS NULL) AS unanswered
           FROM entry ORDER BY key`,
        )
        .all() as Seen[];
      database.close();
      return rows;
    },
    attempts(key) {
      const database = new Database(file, { readonly: true });
      const rows = database
        .prepare('SELECT action, outcome, code FROM attempt WHERE key = ? ORDER BY id')
        .all(key);
      database.close();
      return rows as object[];
    },
    sql(text) {
      const database = new Database(file);
      database.exec(text);
      database.close();
    },
    apply: (changes, over = {}) =>
      applyChanges({
        run: 'run-1',
        pipeline: 'legacy-ats',
        target: 'external_interview',
        changes: planned(changes),
        externalId: (key) => `legacy-ats:${key}`,
        ledger,
        call,
        endpoints,
        answers,
        readAll: (application) => readAll(application, readBack),
        lookFor: (id) => lookFor(id, readBack),
        onOutcome: ({ change }, outcome) => void world.outcomes.push({ key: change.key ?? '', outcome }),
        now: Date.now,
        stopping: halt.signal,
        ...over,
      }),
  };
  return world;
}

function* planned(changes: Iterable<Change>): Generator<PlannedChange> {
  let seq = 0;
  for (const change of changes) yield { seq: ++seq, change, original: null };
}

const origin = (n: number) => ({ file: 'interviews.csv', line: n + 1 });

export function aCreate(n: number): Extract<Change, { kind: 'create' }> {
  const payload = aPayload({ begin_time: 1_709_600_000_000 + n * 60_000, end_time: undefined });
  return { kind: 'create', key: `IV-${n}`, origin: origin(n), payload };
}

export function anUpdate(n: number, remoteId: string, content: string): Extract<Change, { kind: 'update' }> {
  const payload = aPayload({ interview_assessments: [{ username: '王强', conclusion: 2, content }] });
  const fields = [{ path: 'interview_assessments[0].content', before: '扎实', after: content }];
  return { kind: 'update', key: `IV-${n}`, origin: origin(n), remoteId, payload, fields };
}
