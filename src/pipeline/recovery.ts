import { sleep } from '../feishu/sleep.ts';
import type { Entry, Intent } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { canonicalJson, fingerprintOf } from '../plan/canonical.ts';
import type { CallResult } from '../writer/contract.ts';
import { createJournal } from '../writer/journal.ts';
import { readAll } from '../writer/read-back.ts';
import { type Fate, recover } from '../writer/recover.ts';
import { besideStrangers } from './comparing.ts';
import type { Deps, Job, Writer } from './job.ts';

/** How many open creates came to what. */
export interface Recovered {
  readonly adopted: number;
  readonly created: number;
  readonly held: number;
  readonly open: number;
}

/** Whether there is a create in doubt that nobody holds. */
export function hasDoubts({ pipeline }: Job, { ledger }: Pick<Deps, 'ledger'>): boolean {
  return ledger.doubts.applications(pipeline.name, '', 1).length > 0;
}

/**
 * Settles the pipeline's open creates, whichever run left them.
 * @throws HireSyncError FEISHU_REFUSES_APP, FEISHU_UNREACHABLE, LEDGER_UNWRITABLE, INTERRUPTED
 */
export async function recoverJob(
  job: Job,
  writer: Writer,
  { ledger, now }: Pick<Deps, 'ledger' | 'now'>,
  onFate: (key: string, fate: Fate) => void = () => {},
): Promise<Recovered> {
  const { run, pipeline } = job;
  const counts = { adopted: 0, created: 0, held: 0, open: 0 };
  if (!hasDoubts(job, { ledger })) return counts;
  await writer.ready();
  const { target } = pipeline;
  await recover({
    run,
    pipeline: pipeline.name,
    target: target.name,
    ledger,
    readAll: (application) => readAll(application, writer),
    fingerprintOf: (found) => fingerprintOf(canonicalJson(target.shape, target.readBack(found))),
    resend: (entry) => resend(entry, { run, pipeline: pipeline.name, target: target.name }, writer, ledger),
    onFate: (entry, fate) => {
      counts[fate.kind]++;
      onFate(entry.key, fate);
    },
    now,
    // Ended by a stop it resolves, and the next request tells the reason.
    sleep: (ms) => sleep(ms, writer.stopping),
    stopping: writer.stopping,
    waitsMs: writer.learned?.readBackWaitsMs,
    repeatCreates: writer.learned?.repeatCreates,
    besideStrangers: job.restored === undefined ? undefined : besideStrangers,
  });
  return counts;
}

async function resend(
  entry: Entry,
  owner: Pick<Intent, 'run' | 'pipeline' | 'target'>,
  writer: Writer,
  ledger: Ledger,
): Promise<CallResult<{ readonly id: string }>> {
  const { key, externalId, intent: payload } = entry;
  if (payload === null) throw new Error('An open create has no payload.');
  const intent: Intent = { ...owner, key, action: 'create', externalId, payload };
  const journal = createJournal(ledger, intent, { wasOpen: true });
  const body = { external_id: externalId, ...(JSON.parse(payload.json) as object) };
  const called = writer.call({
    key,
    effect: 'create',
    send: (options) => {
      journal.sending();
      return writer.endpoints.create(body, options);
    },
    onAnswer: journal.answered,
  });
  const result = await called.catch((error: unknown) => {
    journal.notSent(error);
    throw error;
  });
  journal.ended(result);
  return result;
}
