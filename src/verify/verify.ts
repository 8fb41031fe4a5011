import { inPages } from '../in-pages.ts';
import type { Entry } from '../ledger/entries.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Payload } from '../model.ts';
import { diffPayloads } from '../plan/diff.ts';
import type { Shape } from '../plan/shape.ts';
import type { Reason } from '../reason.ts';
import { readAll } from '../writer/read-back.ts';
import { type Reading, readHeld, unreadable } from './read-held.ts';
import type { VerifyFinding, VerifyState } from './state.ts';

export interface VerifyInput {
  readonly pipeline: string;
  readonly ledger: Pick<Ledger, 'page' | 'find' | 'doubts' | 'habits'>;
  readonly state: VerifyState;
  readonly reading: Reading & { readonly target: { readonly name: string } };
  /** Leaves out the search for objects that the ledger does not know. */
  readonly knownOnly: boolean;
  /** Records and applications read so far. */
  readonly onProgress: (done: number) => void;
}

/** Fifty requests: about six seconds at the documented rate, which is what a kill may cost. */
const PAGE = 1000;
const APPLICATIONS_AT_ONCE = 48;

/**
 * Reads every record of a pipeline back and compares it with what was last applied, then looks for other objects under
 * the same applications. Goes on where `state` stopped; what the ledger changed since is read again. A sync may run
 * meanwhile: a last walk over the ledger sees to what it wrote.
 * @throws HireSyncError FEISHU_UNREACHABLE, INTERRUPTED, and what the ledger and the calls throw
 */
export async function verify(input: VerifyInput): Promise<void> {
  const { knownOnly } = input;
  await compareRecords(input, { last: false });
  if (!knownOnly) await searchApplications(input);
  await compareRecords(input, { last: true });
  if (knownOnly) return;
  // Of what the last walk added, or missed.
  await searchApplications(input);
  dropOwned(input);
}

async function compareRecords(input: VerifyInput, { last }: { readonly last: boolean }): Promise<void> {
  const { pipeline, ledger, state, reading } = input;
  state.beginPass();
  let done = 0;
  const read = (after: string) => ledger.page(pipeline, after, PAGE);
  for (const entries of inPages('', PAGE, read, ({ key }) => key)) {
    reading.stopping.throwIfAborted();
    const compared = await compare(
      entries.filter((entry) => !isFound(entry, state)),
      input,
    );
    // Read while a run was writing it: what was read may be of before or after. The last walk looks again.
    const now = (finding: VerifyFinding) => isUntouched(finding, input) || finding.kind === 'open';
    const sure = compared.filter(now);
    const unsure = last ? compared.filter((finding) => !now(finding)).map(beingWritten) : [];
    state.batch(() => {
      state.put([...sure, ...unsure]);
      state.meet(entries.map(({ key }) => key));
      state.addApplications(sure.map(({ application }) => application).filter((id) => id !== ''));
    });
    done += entries.length;
    if (!last) input.onProgress(done);
  }
  state.dropUnmet();
}

/** Whether the record was compared as it stands in the ledger now. What was open is looked at again. */
function isFound(entry: Entry, state: VerifyState): boolean {
  const finding = state.find(entry.key);
  if (finding === undefined || finding.kind === 'open' || reasonOpen(entry) !== null) return false;
  return finding.remoteId === entry.remoteId && finding.against === entry.applied?.fingerprint;
}

function isUntouched({ kind, key, remoteId, against }: VerifyFinding, input: VerifyInput): boolean {
  // Equal is equal, whoever wrote it; the last walk sees what came after.
  if (kind === 'equal' || key === null) return true;
  const entry = input.ledger.find(input.pipeline, key);
  if (entry === undefined || reasonOpen(entry) !== null) return false;
  return entry.remoteId === remoteId && entry.applied?.fingerprint === against;
}

function beingWritten(finding: VerifyFinding): VerifyFinding {
  return { ...finding, kind: 'open', reason: { code: 'being-written' }, fields: [] };
}

async function compare(
  entries: readonly Entry[],
  { reading, ledger }: VerifyInput,
): Promise<readonly VerifyFinding[]> {
  const settled = entries.flatMap((entry) => {
    const { key, remoteId, applied, lastAttemptAt } = entry;
    if (reasonOpen(entry) !== null || remoteId === null || applied === null) return [];
    return [{ key, remoteId, applied, entry, writtenAt: lastAttemptAt, expected: [applied.fingerprint] }];
  });
  const held = await readHeld(settled, reading, ledger.habits.of(reading.target.name));
  const open = entries.flatMap((entry): VerifyFinding[] => {
    const reason = reasonOpen(entry);
    if (reason === null) return [];
    const { key, remoteId } = entry;
    return [
      { kind: 'open', key, remoteId, application: applicationOf(entry), against: '', reason, fields: [] },
    ];
  });
  return [
    ...open,
    ...settled.map(({ key, remoteId, applied }) => {
      return {
        key,
        remoteId,
        ...verdict(applied, held.get(remoteId)?.payload ?? null, reading.target.shape),
      };
    }),
  ];
}

function verdict(
  applied: Payload,
  held: Payload | null,
  shape: Shape,
): Omit<VerifyFinding, 'key' | 'remoteId'> {
  const base = {
    application: applicationIn(applied),
    against: applied.fingerprint,
    reason: null,
    fields: [],
  };
  if (held === null) return { ...base, kind: 'missing' };
  if (held.fingerprint === applied.fingerprint) return { ...base, kind: 'equal' };
  return { ...base, kind: 'changed', fields: diffPayloads(applied.json, held.json, shape) };
}

/** Why there is nothing to compare a record with; null when there is. */
function reasonOpen({ state, held, firstAttemptAt, lastAttemptAt }: Entry): Reason | null {
  if (held !== null) return held;
  switch (state) {
    case 'settled':
      return null;
    case 'creating':
      return { code: 'create-in-doubt', sentAtMs: firstAttemptAt };
    case 'updating':
      return { code: 'update-in-doubt', sentAtMs: lastAttemptAt };
  }
}

function applicationOf({ applied, intent }: Entry): string {
  const payload = applied ?? intent;
  return payload === null ? '' : applicationIn(payload);
}

function applicationIn({ json }: Payload): string {
  const { external_application_id: id } = JSON.parse(json) as { external_application_id?: unknown };
  // An object that somebody named by hand, and that no sync has written yet, has none.
  return typeof id === 'string' ? id : '';
}

async function searchApplications(input: VerifyInput): Promise<void> {
  const { state, reading } = input;
  let done = recordsIn(state) + state.countApplications().read;
  for (;;) {
    const applications = state.openApplications(APPLICATIONS_AT_ONCE);
    if (applications.length === 0) return;
    reading.stopping.throwIfAborted();
    await Promise.all(applications.map((id) => search(id, input)));
    done += applications.length;
    input.onProgress(done);
  }
}

async function search(application: string, { pipeline, ledger, state, reading }: VerifyInput): Promise<void> {
  const found = await readAll(application, reading);
  if (found.kind !== 'done') throw unreadable(found.message);
  const keys = ledger.doubts.of(pipeline, application).map(({ key }) => key);
  const reason: Reason | null = keys.length === 0 ? null : { code: 'may-be-create-of', keys };
  const unknown = found.data
    .filter(({ id }) => !ledger.doubts.isOwned(reading.target.name, id))
    .map(({ id }): VerifyFinding => {
      return { kind: 'unknown', key: null, remoteId: id, application, against: '', reason, fields: [] };
    });
  state.closeApplication(application, unknown);
}

/** Objects that became a record's while the rest was read. */
function dropOwned({ ledger, state, reading }: VerifyInput): void {
  const unknown = (after: string) => state.page(['unknown'], after, PAGE);
  for (const page of inPages('', PAGE, unknown, ({ id }) => id)) {
    const ids = page.flatMap(({ finding: { remoteId } }) => remoteId ?? []);
    state.dropObjects(ids.filter((id) => ledger.doubts.isOwned(reading.target.name, id)));
  }
}

function recordsIn(state: VerifyState): number {
  return (['equal', 'changed', 'missing', 'open'] as const).reduce((sum, kind) => sum + state.count(kind), 0);
}
