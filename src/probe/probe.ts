import { HireSyncError } from '../errors.ts';
import type { Answer } from '../feishu/answer.ts';
import { createFeishuClient, type FeishuClient } from '../feishu/client.ts';
import type { Http } from '../feishu/http.ts';
import { nameAnswer } from '../feishu/refusal.ts';
import { sleep } from '../feishu/sleep.ts';
import type { Tenant } from '../ledger/tenant.ts';
import type { Call } from '../writer/contract.ts';
import { type Bench, contentsOf, createBench } from './bench.ts';
import { burst, type HeaderWatch } from './burst.ts';
import { compareAssessmentIds, findContentLimit, measureLag, refusalOf, tryRepeat } from './experiments.ts';
import type { Findings } from './findings.ts';
import { type Left, tidy, tidyEarlier } from './tidy.ts';

/** What it is at. */
export type ProbeStep = 'creating' | 'repeating' | 'updating' | 'measuring' | 'bursting' | 'deleting';

/** What a probe needs. */
export interface ProbeInput {
  readonly client: FeishuClient;
  readonly http: Http;
  readonly tenant: Tenant;
  /** The external application under which it works. */
  readonly application: string;
  readonly call: Call;
  readonly callRead: Call;
  /** Makes a call that works after a stop: for taking away what was made. */
  readonly afterStop: () => Call;
  readonly stopping: AbortSignal;
  /** Null: no burst of requests. */
  readonly burst: HeaderWatch | null;
  /** Epoch ms. */
  readonly now: () => number;
  /** How long a write is waited for to become visible, ms. Default 60 000. */
  readonly lagCapMs?: number;
  /** How long what a lost create made is looked for, ms, one wait after the other. Default: as a read-back. */
  readonly tidyWaitsMs?: readonly number[];
  /** Told what is tried next. */
  readonly onStep?: (step: ProbeStep) => void;
}

/** How a probe ended. Both may be set: what was found counts even if something could not be taken away. */
export interface Probed {
  readonly findings: Findings | null;
  readonly left: readonly Left[];
  /** Objects of an earlier probe that were deleted. */
  readonly earlier: number;
  /** Why there are no findings. */
  readonly error: unknown;
}

const LAG_CAP_MS = 60_000;
const MAX_REST_MS = 60_000;

/**
 * Finds out by experiment what Feishu's documents leave open. It writes interviews of its own under one application and
 * deletes them again, after an error or a stop as well. Throws nothing that the network or Feishu does: see `Probed`.
 */
export async function probe(input: ProbeInput): Promise<Probed> {
  const bench = createBench(input);
  let findings: Findings | null = null;
  let earlier = 0;
  let error: unknown = null;
  let deletedId: Findings['deletedId'] = null;
  try {
    const badToken = await tryBadToken(input);
    earlier = await tidyEarlier(bench, input.call);
    const found = await experiment(input, bench);
    input.onStep?.('deleting');
    deletedId = await deleteTwice(input, bench, found.id);
    const { id: _, ...rest } = found;
    findings = {
      version: 1,
      at: new Date(input.now()).toISOString(),
      tenant: input.tenant,
      application: input.application,
      badToken,
      ...rest,
      deletedId,
    };
  } catch (caught) {
    error = caught;
  }
  const call = input.stopping.aborted ? input.afterStop() : input.call;
  const left = await tidy(bench, call, input.tidyWaitsMs).catch(() => everything(bench));
  return { findings, left, earlier, error };
}

function everything({ made, unclear }: Bench): readonly Left[] {
  const why = 'the probe was stopped before it could delete it';
  const unknown = unclear() > 0 ? [{ id: null, why: `a create had no answer, and ${why}` }] : [];
  return [...[...made].map((id) => ({ id, why })), ...unknown];
}

type Found = Omit<Findings, 'version' | 'at' | 'tenant' | 'application' | 'badToken' | 'deletedId'> & {
  readonly id: string;
};

async function experiment(input: ProbeInput, bench: Bench): Promise<Found> {
  const { onStep, lagCapMs = LAG_CAP_MS } = input;
  const externalId = bench.newKey();
  const first = bench.body('first text');

  onStep?.('creating');
  const created = await bench.create(externalId, first);
  if (created.answer.kind !== 'ok') throw refused('create', created.answer);
  const before = created.answer.data;
  const { id } = before;
  const create = await measureLag(bench, id, created, (object) => object !== null, lagCapMs);

  onStep?.('repeating');
  const repeat = {
    sameBody: await tryRepeat(bench, { id, externalId, first, repeated: first }),
    otherBody: await tryRepeat(bench, { id, externalId, first, repeated: bench.body('second text') }),
  };

  onStep?.('updating');
  const third = bench.body('third text');
  const updated = await bench.update(id, third);
  if (updated.answer.kind !== 'ok') throw refused('update', updated.answer);
  // What a replacing repeat did to the ids is not this PUT's doing.
  const replaced = 'content' in repeat.otherBody && repeat.otherBody.content === 'second';
  const old = replaced ? updated.answer.data : before;
  const again = replaced ? await bench.update(id, third) : updated;
  const after = again.answer.kind === 'ok' ? again.answer.data : updated.answer.data;
  const assessmentIds = compareAssessmentIds(old, after);
  const text = third.interview_assessments?.[0]?.content;
  const update = await measureLag(bench, id, updated, (object) => contentsOf(object)[0] === text, lagCapMs);

  onStep?.('measuring');
  const content = await findContentLimit(bench, id);

  let limited: Findings['limited'] = null;
  if (input.burst !== null) {
    onStep?.('bursting');
    const { finding, restMs } = await burst(bench, id, input.burst);
    limited = finding;
    await sleep(Math.min(restMs, MAX_REST_MS), input.stopping);
  }
  return { id, repeat, readLag: { create, update }, assessmentIds, content, limited };
}

/** What the answer to a token that Feishu never gave is: one request, which can do nothing. */
async function tryBadToken({ http, application, stopping }: ProbeInput): Promise<Findings['badToken']> {
  const auth = { token: async () => 't-hire-sync-probe-is-no-token', drop: () => {} };
  const { external_interview } = createFeishuClient({ http, auth });
  const answer = await external_interview.batchQuery(
    { applicationId: application, pageSize: 1 },
    { signal: stopping },
  );
  return answer.kind === 'error' ? refusalOf(answer) : null;
}

async function deleteTwice({ call }: ProbeInput, bench: Bench, id: string): Promise<Findings['deletedId']> {
  const remove = () =>
    bench.ask(call, 'delete', (options) => bench.client.external_interview.delete(id, options));
  const first = await remove();
  if (first.answer.kind !== 'ok') throw refused('delete', first.answer);
  bench.made.delete(id);
  bench.gone.add(id);
  const { answer } = await remove();
  return answer.kind === 'error' ? refusalOf(answer) : null;
}

function refused(what: string, answer: Answer<unknown>): HireSyncError {
  return new HireSyncError(
    'PROBE_FAILED',
    `The probe cannot go on: its ${what} was answered with ${nameAnswer(answer)}. Check that --application names an external application of this tenant; 外部投递 ids have 19 digits.`,
  );
}
