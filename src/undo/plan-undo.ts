import { inPages } from '../in-pages.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Finding } from '../plan/findings.ts';
import type { UndoKind } from '../result/undo.ts';
import { left, type UndoChange } from './decide.ts';
import { decideAll } from './decide-all.ts';
import type { UndoDeps, UndoJob } from './job.ts';
import { decideOpenCreates } from './open-creates.ts';

/** Twenty requests. */
const PAGE = 400;

/**
 * What an undo would do, into `findings`: every record that the run changed and nobody has given back yet. Reads from
 * Feishu, sends no change.
 * @throws HireSyncError FEISHU_UNREACHABLE, INTERRUPTED
 */
export async function planUndo(job: UndoJob, deps: UndoDeps): Promise<void> {
  const { ledger, findings, reading } = deps;
  const changed = (after: string) => ledger.versions.of(job.undoes, job.pipeline, after, PAGE);
  for (const versions of inPages('', PAGE, changed, ({ key }) => key)) {
    reading.stopping.throwIfAborted();
    const decided = await decideAll(versions, job, deps);
    findings.put(decided.map(({ version: { key, remoteId }, change }) => findingOf(key, remoteId, change)));
  }
  const unkept = (after: string) => ledger.versions.unkept(job.undoes, job.pipeline, after, PAGE);
  for (const keys of inPages('', PAGE, unkept, (key) => key)) {
    findings.put(
      keys.map((key) => {
        const { remoteId = null } = ledger.find(job.pipeline, key) ?? {};
        return findingOf(key, remoteId, left({ code: 'undo-version-not-kept' }));
      }),
    );
  }
  for (const [application, entries] of openCreates(job, deps)) {
    reading.stopping.throwIfAborted();
    const decided = await decideOpenCreates(application, entries, job, deps);
    findings.put(decided.map(({ key, remoteId, change }) => findingOf(key, remoteId, change)));
  }
}

/** The run's creates in doubt by application: all of one at a time. */
function* openCreates(
  { undoes, pipeline }: UndoJob,
  { ledger }: UndoDeps,
): Generator<readonly [string, readonly Entry[]]> {
  let after = { application: '', key: '' };
  let group: Entry[] = [];
  for (;;) {
    const page = ledger.undos.openCreates(undoes, pipeline, after, PAGE);
    for (const entry of page) {
      const application = applicationOf(entry);
      if (application !== after.application && group.length > 0) {
        yield [after.application, group];
        group = [];
      }
      group.push(entry);
      after = { application, key: entry.key };
    }
    if (page.length === 0) break;
  }
  if (group.length > 0) yield [after.application, group];
}

/** The run's creates in doubt under one application, in key order. */
export function createsIn(
  application: string,
  { undoes, pipeline }: UndoJob,
  { ledger }: Pick<UndoDeps, 'ledger'>,
): readonly Entry[] {
  const after = { application, key: '' };
  // No application has that many interviews.
  const found = ledger.undos.openCreates(undoes, pipeline, after, 10_000);
  return found.filter((entry) => applicationOf(entry) === application);
}

/** Where an open create is to be looked for. */
export function applicationOf({ intent }: Pick<Entry, 'intent'>): string {
  return (JSON.parse(intent?.json ?? '{}') as { external_application_id: string }).external_application_id;
}

/** A decision, as it is listed. */
export function findingOf(key: string, remoteId: string | null, change: UndoChange): Finding<UndoKind> {
  const reason = 'reason' in change ? change.reason : null;
  const fields = 'fields' in change ? change.fields : [];
  return { kind: change.kind, key, remoteId, application: '', against: '', reason, fields };
}
