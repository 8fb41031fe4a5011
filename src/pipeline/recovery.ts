import type { Told } from '../difference.ts';
import type { RemoteObject } from '../feishu/endpoints.ts';
import { sleep } from '../feishu/sleep.ts';
import type { Entry, Intent } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { evenKey } from '../plan/even-key.ts';
import type { PlanStore } from '../plan/plan-store.ts';
import { type Answers, applicationOf, createAnswers, type Settled } from '../writer/answers.ts';
import { createConfirm } from '../writer/confirm.ts';
import { createJournal, type Journal } from '../writer/journal.ts';
import { readAll } from '../writer/read-back.ts';
import { type Fate, recover } from '../writer/recover.ts';
import { sendJournalled } from '../writer/send-journalled.ts';
import { besideStranger } from './beside.ts';
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
  { ledger, store, now }: Pick<Deps, 'ledger' | 'now'> & { readonly store: Pick<PlanStore, 'isMissing'> },
  {
    onFate = () => {},
    onShown,
  }: {
    readonly onFate?: (key: string, fate: Fate) => void;
    /** Told of each record that is settled: how Feishu shows it otherwise than it was sent. */
    readonly onShown: (differences: readonly Told[]) => void;
  },
): Promise<Recovered> {
  const { run, pipeline } = job;
  const counts = { adopted: 0, created: 0, held: 0, open: 0 };
  if (!hasDoubts(job, { ledger })) return counts;
  await writer.ready();
  const { target } = pipeline;
  const answers = answersOf(job, writer, { ledger }, onShown);
  /** What was last read under an application, owned or not. */
  const all = new Map<string, readonly RemoteObject[]>();
  const intentOf = ({ key, externalId, intent: payload }: Entry): Intent => {
    if (payload === null) throw new Error('An open create has no payload.');
    return { run, pipeline: pipeline.name, target: target.name, key, action: 'create', externalId, payload };
  };
  await recover({
    run,
    pipeline: pipeline.name,
    target: target.name,
    ledger,
    readAll: async (application) => {
      const answer = await readAll(application, writer, { isOpen: true });
      if (answer.kind === 'done') all.set(application, answer.data);
      return answer;
    },
    likeness: answers.likeness,
    evenKey: ({ json }) => evenKey(target.shape, json),
    adopt: (entry, object) => {
      const settle: Journal['done'] = (id, holds) =>
        ledger.doubts.adopt(run, pipeline.name, entry.key, id, holds);
      // Found, not answered: there is no attempt to be noted as one that settles nothing.
      const written = { intent: intentOf(entry), remoteId: null, settle, unsure: () => {}, logId: '' };
      return answers.settle(written, object);
    },
    resend: async (entry, seen) => {
      const there = all.get(String(applicationOf(intentOf(entry).payload))) ?? seen;
      const strange = besideStranger(pipeline, entry, there, {
        doubts: ledger.doubts,
        isMissing: store.isMissing,
      });
      if (strange !== null)
        return { kind: 'not-ours', reason: strange, message: 'Something is like it there.' };
      return resend(intentOf(entry), seen, { writer, ledger, answers });
    },
    onFate: (entry, fate) => {
      counts[fate.kind]++;
      onFate(entry.key, fate);
    },
    now,
    // Ended by a stop it resolves, and the next request tells the reason.
    sleep: (ms) => (writer.sleep ?? sleep)(ms, writer.stopping),
    stopping: writer.stopping,
    waitsMs: writer.learned?.readBackWaitsMs,
    repeatCreates: writer.learned?.repeatCreates,
    isRestored: job.restored !== undefined,
  });
  return counts;
}

async function resend(
  intent: Intent,
  seen: readonly RemoteObject[],
  {
    writer,
    ledger,
    answers,
  }: { readonly writer: Writer; readonly ledger: Ledger; readonly answers: Answers },
): Promise<Settled | { readonly kind: 'refused' }> {
  const { key, externalId, payload } = intent;
  const journal = createJournal(ledger, intent, { wasOpen: true });
  const body = { external_id: externalId, ...(JSON.parse(payload.json) as object) };
  const result = await sendJournalled(journal, writer.call, {
    key,
    effect: 'create',
    send: (options) => writer.endpoints.create(body, options),
  });
  if (result.kind !== 'done') {
    const { kind, code, message, logId } = result;
    journal.ended(result);
    return kind === 'refused' ? { kind } : { kind, code, message, logId };
  }
  const { done: settle, unsure } = journal;
  const mustBeSeen = !seen.some(({ id }) => id === result.data.id);
  const written = { intent, remoteId: null, settle, unsure, logId: result.logId, mustBeSeen };
  return answers.settle(written, result.data);
}

/** What settles the answers of a run; `wasThere` of first creates only, see `AnswersInput`. */
export function answersOf(
  { pipeline }: Pick<Job, 'pipeline'>,
  writer: Writer,
  { ledger }: Pick<Deps, 'ledger'>,
  onShown: (differences: readonly Told[]) => void,
  wasThere?: (id: string) => boolean,
): Answers {
  const { call, endpoints } = writer;
  return createAnswers({
    target: pipeline.target,
    ledger,
    call,
    endpoints,
    confirm: createConfirm(writer),
    wasThere,
    onShown,
  });
}
