import { HireSyncError } from '../errors.ts';
import { MAX_QUERY_IDS } from '../feishu/endpoints.ts';
import { inPages } from '../in-pages.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Finding } from '../plan/findings.ts';
import type { UndoKind } from '../result/undo.ts';
import type { UndoChange } from './decide.ts';
import { decideAll } from './decide-all.ts';
import { stepOf, type UndoDeps, type UndoJob, type UndoWriter } from './job.ts';
import { decideOpenCreates } from './open-creates.ts';
import { applicationOf, createsIn, findingOf } from './plan-undo.ts';
import { type Sent, sendBack, sendDelete } from './send.ts';

/** A record right before it is taken back. */
interface Ready {
  readonly key: string;
  readonly remoteId: string | null;
  readonly entry: Entry | undefined;
  readonly change: UndoChange;
}

/**
 * Carries out what `planUndo` found. Each record is looked at again right before: a person may have thought about the plan
 * for a while. What is read is at most as old as the writing of twenty records.
 * @throws HireSyncError for what stops it; what was done by then is in `findings`
 */
export async function applyUndo(
  job: UndoJob,
  writer: UndoWriter,
  deps: UndoDeps,
  onDone: (finding: Finding<UndoKind>) => void,
): Promise<void> {
  const { findings, reading } = deps;
  const read = (after: string, size: number) => findings.page(['restore', 'delete', 'ledger'], after, size);
  // As many as one request reads.
  for (const page of inPages('', MAX_QUERY_IDS, read, ({ id }) => id)) {
    reading.stopping.throwIfAborted();
    const keys = page.flatMap(({ finding: { key } }) => key ?? []);
    const ready = await lookAgain(keys, job, deps);
    let stop: { readonly error: unknown } | undefined;
    const done = (finding: Finding<UndoKind>): void => {
      findings.put([finding]);
      onDone(finding);
    };
    await Promise.all(
      ready.map(async (record) => {
        try {
          done(await takeBack(record, job, writer, deps));
        } catch (error) {
          stop ??= { error };
          // The ledger knows what it was asked to remember; the next undo looks at it anew.
          if (!HireSyncError.is(error)) throw error;
        }
      }),
    );
    if (stop !== undefined) throw stop.error;
  }
}

async function lookAgain(keys: readonly string[], job: UndoJob, deps: UndoDeps): Promise<readonly Ready[]> {
  const { ledger } = deps;
  const { undoes, pipeline } = job;
  const versions = keys.flatMap((key) => ledger.versions.find(undoes, pipeline, key) ?? []);
  const decided = await decideAll(versions, job, deps);
  const ready = decided.map(({ version: { key, remoteId }, entry, change }): Ready => {
    return { key, remoteId, entry, change };
  });
  const settled = new Set(versions.map(({ key }) => key));
  const open = keys
    .filter((key) => !settled.has(key))
    .flatMap((key) => ledger.find(pipeline, key) ?? [])
    .filter(({ state }) => state === 'creating');
  for (const application of new Set(open.map(applicationOf))) {
    // All of the application, as in the plan: which of equal objects is whose depends on how many there are.
    const entries = createsIn(application, job, deps);
    for (const { key, remoteId, change } of await decideOpenCreates(application, entries, job, deps)) {
      const entry = open.find((one) => one.key === key);
      if (entry !== undefined) ready.push({ key, remoteId, change, entry });
    }
  }
  return ready;
}

/**
 * Ends what an interrupted undo left open of records that are left alone now: else the next sync would send it. Sends
 * nothing.
 * @throws HireSyncError FEISHU_UNREACHABLE
 */
export async function closeLeft(job: UndoJob, deps: UndoDeps): Promise<void> {
  const read = (after: string, size: number) => deps.findings.page(['left'], after, size);
  for (const page of inPages('', MAX_QUERY_IDS, read, ({ id }) => id)) {
    const keys = page.flatMap(({ finding: { key } }) => key ?? []);
    const open = keys.filter((key) => deps.ledger.find(job.pipeline, key)?.state === 'updating');
    for (const { key, change } of await lookAgain(open, job, deps))
      if (change.kind === 'left' && change.closes) deps.ledger.undos.giveUp(stepOf(job, key));
  }
}

async function takeBack(
  { key, remoteId, entry, change }: Ready,
  job: UndoJob,
  writer: UndoWriter,
  deps: UndoDeps,
): Promise<Finding<UndoKind>> {
  const { undos, doubts } = deps.ledger;
  const step = stepOf(job, key);
  const planned = findingOf(key, remoteId, change);
  switch (change.kind) {
    case 'left':
      if (change.closes) undos.giveUp(step);
      return planned;
    case 'ledger':
      if (change.back !== null) undos.restored(step, change.back, null);
      else if (change.newKey) undos.deleted(step, null);
      else undos.forgotten(step);
      return { ...planned, kind: 'relinked' };
    case 'restore': {
      // Decided only where there is one.
      if (entry === undefined) throw new Error('A version without a record cannot be given back.');
      return outcome(planned, await sendBack({ step, entry, back: change.back }, writer, deps));
    }
    case 'delete': {
      const id = remoteId ?? '';
      // Found by content: from now on it is the record's, whatever happens to this process.
      if (entry?.state === 'creating') doubts.adopt(job.run, job.pipeline, key, id);
      return outcome(planned, await sendDelete({ step, remoteId: id, unseen: change.unseen }, writer, deps));
    }
  }
}

function outcome(planned: Finding<UndoKind>, { kind, reason }: Sent): Finding<UndoKind> {
  return { ...planned, kind, reason: reason ?? planned.reason };
}
