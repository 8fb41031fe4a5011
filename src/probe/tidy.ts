import type { RemoteObject } from '../feishu/endpoints.ts';
import { sleep } from '../feishu/sleep.ts';
import type { Call } from '../writer/contract.ts';
import { READ_BACK_WAITS_MS, readAll } from '../writer/read-back.ts';
import type { TargetEndpoints } from '../writer/send-journalled.ts';
import { assessmentsOf, type Bench, MARK } from './bench.ts';

/** An object that a probe made and could not delete. `id` null: there may be one, and nobody knows its id. */
export interface Left {
  readonly id: string | null;
  readonly why: string;
}

/** Deletes what this probe made. Returns what is left. Never throws for an answer; throws what the calls throw. */
export async function tidy(
  bench: Bench,
  call: Call,
  waitsMs: readonly number[] = READ_BACK_WAITS_MS,
): Promise<readonly Left[]> {
  const left: Left[] = [];
  const why = bench.unclear() > 0 ? await findLost(bench, call, waitsMs) : null;
  if (why !== null) left.push({ id: null, why: `a create had no answer, and ${why}` });
  for (const id of bench.made) {
    const why = await remove(bench, id, call);
    if (why === null) bench.made.delete(id);
    else left.push({ id, why });
  }
  return left;
}

/** Deletes what an earlier probe left behind, one that was killed. Returns how many. */
export async function tidyEarlier(bench: Bench, call: Call): Promise<number> {
  let count = 0;
  for (const id of (await findMarked(bench, call)) ?? [])
    if ((await remove(bench, id, call)) === null) count++;
  return count;
}

/**
 * Adds to `made` what creates without an answer made. A read may lag behind them, so one that does not show it is
 * repeated. Returns what makes it uncertain that all were found; null when they were.
 */
async function findLost(bench: Bench, call: Call, waitsMs: readonly number[]): Promise<string | null> {
  const lost = new Set<string>();
  for (const waitMs of [0, ...waitsMs]) {
    if (waitMs > 0) await sleep(waitMs);
    const marked = await findMarked(bench, call);
    if (marked === null) return 'the application cannot be read';
    for (const id of marked) if (!bench.made.has(id)) lost.add(id);
    if (lost.size >= bench.unclear()) break;
  }
  for (const id of lost) bench.made.add(id);
  return lost.size < bench.unclear() ? 'what it may have made was not to be seen' : null;
}

async function remove({ client, gone }: Bench, id: string, call: Call): Promise<string | null> {
  const result = await call({
    effect: 'delete',
    send: (options) => client.external_interview.delete(id, options),
  });
  if (result.kind === 'done') {
    gone.add(id);
    return null;
  }
  return result.code === null ? 'no usable answer' : `code ${result.code}, log id ${result.logId}`;
}

/** Ids of marked interviews under the application; null when it cannot be read. */
async function findMarked(
  { client, application, gone }: Bench,
  call: Call,
): Promise<readonly string[] | null> {
  const query: TargetEndpoints['query'] = (filter, options) =>
    client.external_interview.batchQuery(filter, options);
  const asking = { callRead: call, endpoints: { query } };
  const answer = await readAll(application, asking, { isOpen: true });
  if (answer.kind !== 'done') return null;
  return answer.data.filter((item) => isMarked(item) && !gone.has(item.id)).map(({ id }) => id);
}

/** Nothing but a probe's own: every assessment bears its name and its text. */
function isMarked(object: RemoteObject): boolean {
  const assessments = assessmentsOf(object);
  return (
    assessments.length > 0 &&
    assessments.every(({ username, content }) => username === MARK && String(content).startsWith(MARK))
  );
}
