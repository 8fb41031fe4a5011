import type { Entry } from '../ledger/entries.ts';
import type { Version } from '../ledger/versions.ts';
import { fingerprintOf } from '../plan/canonical.ts';
import { readHeld } from '../verify/read-held.ts';
import { decideUndo, type UndoChange } from './decide.ts';
import type { UndoDeps, UndoJob } from './job.ts';

/** A version with what is to be done about it now. */
export interface Decided {
  readonly version: Version;
  readonly entry: Entry | undefined;
  readonly change: UndoChange;
}

/**
 * Looks at the ledger and at Feishu as they are now.
 * @throws HireSyncError FEISHU_UNREACHABLE
 */
export async function decideAll(
  versions: readonly Version[],
  { undoes, pipeline }: UndoJob,
  { ledger, reading }: UndoDeps,
): Promise<readonly Decided[]> {
  const known = ledger.reading(() =>
    versions.map((version) => ({
      version,
      entry: ledger.find(pipeline, version.key),
      later: ledger.versions.later(undoes, pipeline, version),
    })),
  );
  const wanted = known.flatMap(({ version: { action, remoteId, found, afterFingerprint }, entry, later }) => {
    // What only the ledger says, or another run has changed since, is not asked for.
    if (entry?.remoteId !== remoteId || later !== undefined || action === 'adopt' || action === 'record')
      return [];
    const before = found === null ? null : fingerprintOf(found);
    return [{ remoteId, entry, expected: [afterFingerprint, before], writtenAt: entry.lastAttemptAt }];
  });
  const { target } = reading;
  const held = await readHeld(wanted, reading, ledger.habits.of(target.name));
  return known.map(({ version, entry, later }) => {
    const there = held.get(version.remoteId) ?? null;
    const now = { held: there?.payload ?? null, raw: there?.raw };
    const change = decideUndo({ version, entry, later, ...now, target });
    return { version, entry, change };
  });
}
