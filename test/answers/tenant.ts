import { writeFileSync } from 'node:fs';
import type { Change, DriftPolicy } from '../../src/model.ts';
import { GUARDS } from '../../src/plan/guard.ts';
import { eachChange, type PlanStore } from '../../src/plan/plan-store.ts';
import type { Policy } from '../../src/plan/three-way.ts';
import type { Report } from '../../src/result/report.ts';
import type { InterviewBody, Quirk, SandboxOptions } from '../../src/sandbox/index.ts';
import { type HereOptions, runHere } from '../faults/in-process.ts';
import { type Row, someRows } from '../faults/rows.ts';
import { aStage, type Cleanup, type Stage } from '../faults/stage.ts';
import { BATCH_QUERY, CREATE, objectsIn, TARGET, UPDATE } from '../target.ts';

const MINUTE_MS = 60_000;
const KINDS = ['create', 'update', 'adopt', 'record', 'drifted', 'held', 'in-doubt', 'unchanged'] as const;

/** The field with a row's comment. */
export const TEXT = TARGET === 'external_interview' ? 'interview_assessments.content' : 'result';
/** Its last name, as quirks take it. */
export const TEXT_FIELD = TARGET === 'external_interview' ? 'content' : 'result';

/** How often a run asked for what. */
export interface Requests {
  readonly creates: number;
  readonly updates: number;
  readonly reads: number;
}

/** What one night came to. */
export interface Night {
  readonly report: Report;
  /** `update R-001`, in plan order. */
  readonly kinds: readonly string[];
  readonly sent: Requests;
}

export interface Tenant {
  readonly stage: Stage;
  /** A sync in this process, over sockets; two minutes after the last one, unless told. */
  night(
    options?: Partial<Policy> & { readonly laterMs?: number; readonly here?: HereOptions },
  ): Promise<Night>;
  /** `plan --remote`. */
  plan(onDrift?: DriftPolicy): Promise<Night>;
  /** The pipeline's file, from the next night on. */
  rewritePipeline(text: string): void;
  /** The ledger is as if the answer to the record's create had never come. */
  forgetAnswer(key: string): void;
  idOf(key: string): string;
  /** What Feishu keeps for a record. */
  held(key: string): InterviewBody | undefined;
  /** How many objects there are. */
  count(): number;
}

/** A tenant of which each test says how it behaves, and a ledger that knows nothing yet. */
export async function aTenant(
  context: Cleanup,
  rows: readonly Row[],
  quirks: readonly Quirk[] = [],
  sandbox: SandboxOptions = {},
): Promise<Tenant> {
  const stage = await aStage(context, { rows, sandbox: { ...sandbox, quirks } });
  let passedMs = 0;
  const count = (): Requests => ({
    creates: stage.arrivals(CREATE).length,
    updates: stage.arrivals(UPDATE).length,
    reads: stage.arrivals(BATCH_QUERY).length,
  });
  const go = async (options: HereOptions, laterMs = 2 * MINUTE_MS): Promise<Night> => {
    passedMs += laterMs;
    if (laterMs > MINUTE_MS) stage.sandbox.clock.advance(laterMs);
    const shift = passedMs;
    const before = count();
    let kinds: readonly string[] = [];
    const report = await runHere(stage, {
      now: () => Date.now() + shift,
      allowed: GUARDS,
      ...options,
      onEnd: (store: PlanStore) => {
        const changes: Change[] = [...eachChange(store, KINDS)].map(({ change }) => change);
        kinds = changes.map(({ kind, key }) => `${kind} ${key}`);
      },
    });
    const { creates, updates, reads } = count();
    const sent = {
      creates: creates - before.creates,
      updates: updates - before.updates,
      reads: reads - before.reads,
    };
    return { report, kinds, sent };
  };
  const drift = (over: Partial<Policy>): Policy => ({
    onDrift: 'overwrite',
    repairDrift: false,
    recreateMissing: false,
    ...over,
  });
  // Of a record that the ledger has no more, no object.
  const idOf = (key: string): string => stage.entries().get(key)?.remote_id ?? '';
  return {
    stage,
    night: ({ laterMs, here = {}, ...policy } = {}) => go({ drift: drift(policy), ...here }, laterMs),
    plan: (onDrift = 'overwrite') => go({ drift: drift({ onDrift }), planOnly: true }),
    rewritePipeline: (text) => writeFileSync(stage.pipelineFile, text),
    forgetAnswer: (key) =>
      stage.sql(`
        UPDATE entry SET state = 'creating', remote_id = NULL, intent_payload = applied_payload,
          intent_fingerprint = applied_fingerprint, applied_payload = NULL, applied_fingerprint = NULL,
          shown_payload = '' WHERE key = '${key}'`),
    idOf,
    held: (key) => objectsIn(stage.sandbox).find(({ id }) => id === idOf(key))?.body,
    count: () => objectsIn(stage.sandbox).length,
  };
}

/** Rows of one application each, so that none can be taken for another. */
export function rowsApart(count: number, over: (n: number) => Partial<Row> = () => ({})): Row[] {
  return someRows(count).map((row, n) => ({
    ...row,
    interviewer: '王强',
    verdict: '不通过',
    application: `69606632409${String(2e7 + n).padStart(8, '0')}`,
    beginMs: 1_709_600_700_000 + n * MINUTE_MS,
    comment: `第 ${n + 1} 轮`,
    ...over(n),
  }));
}

/** The comment as it is kept for a record. */
export function commentOf(body: InterviewBody | undefined): string | undefined {
  if (TARGET === 'external_interview') return body?.interview_assessments?.[0]?.content;
  const { result } = (body ?? {}) as { readonly result?: string };
  return result?.slice(result.indexOf('：') + 1);
}
