import type { Ledger } from '../ledger/ledger.ts';
import {
  type Certificate,
  type InFeishu,
  type InFiles,
  UNREACHED,
  type Whereabouts,
} from '../result/certificate.ts';
import type { Deletion } from '../undo/delete-record.ts';
import { leftIn } from './left.ts';
import { PLACES, type Place, type PlaceName, type RecordName } from './place.ts';

/** What forgetting takes from the outside. */
export interface ForgetDeps {
  readonly ledger: Pick<Ledger, 'file' | 'find' | 'forgotten' | 'owner'>;
  /** In the order in which they are cleared. */
  readonly places: readonly Place[];
  /** Deletes the record's object in Feishu. @throws HireSyncError when nobody knows what became of it */
  readonly deleteInFeishu: (record: RecordName) => Promise<Deletion>;
  /** Hashes of saved plans that were written anew. */
  readonly plans: readonly { readonly was: string; readonly is: string }[];
  /** Databases that could not be looked into. */
  readonly others: (record: RecordName) => readonly string[];
  /** The ledger's folder. */
  readonly folder: string;
  readonly now: () => number;
}

/** What is noted of a forgetting while it goes on: JSON in the ledger. */
interface Noted {
  readonly found: Whereabouts;
  readonly feishu: InFeishu | null;
  readonly begunAt: string;
}

/** Where a record is. Changes nothing. */
export async function whereabouts(
  record: RecordName,
  { ledger, places }: Pick<ForgetDeps, 'ledger' | 'places'>,
): Promise<Whereabouts> {
  const found = await Promise.all(
    places.map(async (place): Promise<readonly [PlaceName, InFiles]> => {
      const files = await place.look(record);
      const rows = files.reduce((sum, file) => sum + (file.rows ?? 0), 0);
      return [place.name, { files: files.length, rows }];
    }),
  );
  const none = PLACES.map((name) => [name, { files: 0, rows: 0 }] as const);
  return {
    ledger: ledger.forgotten.rows(record),
    ...(Object.fromEntries([...none, ...found]) as Record<PlaceName, InFiles>),
    feishuId: ledger.find(record.pipeline, record.key)?.remoteId ?? null,
  };
}

/** Whether anything is known of a record. */
export function isAnywhere({ ledger, feishuId, ...places }: Whereabouts): boolean {
  const inFiles = Object.values<InFiles>(places).some(({ files }) => files > 0);
  return feishuId !== null || inFiles || Object.values(ledger).some((n) => n > 0);
}

/**
 * Carries out the forgettings that were begun, in the order in which a kill leaves nothing behind: from the first step on no
 * run takes the record; what tells where it is goes last. Each step may be done again, so that the next command completes
 * what was killed.
 *
 * 1. The object in Feishu, and what became of it is noted: with the ledger's rows its id is gone.
 * 2. The files beside the ledger, each of them old or new.
 * 3. The ledger's rows in one transaction, then the file written anew: pages that were freed long ago hold text, too.
 * 4. The key, which the ledger needed to know what it was doing.
 * @throws HireSyncError what the parts throw; then the forgetting is still begun
 */
export async function completeForgetting(deps: ForgetDeps): Promise<readonly Certificate[]> {
  const { ledger, places, now } = deps;
  const noted: (readonly [RecordName, Noted])[] = [];
  for (const { pipeline, key, found } of ledger.forgotten.begun()) {
    const record = { pipeline, key };
    let note: Noted =
      found === null
        ? { found: await whereabouts(record, deps), feishu: null, begunAt: iso(now()) }
        : (JSON.parse(found) as Noted);
    if (found === null) ledger.forgotten.note(record, JSON.stringify(note));
    if (note.feishu === null) {
      note = { ...note, feishu: inFeishu(await deps.deleteInFeishu(record)) };
      ledger.forgotten.note(record, JSON.stringify(note));
    }
    for (const place of places) await place.erase(record);
    ledger.forgotten.erase(record);
    noted.push([record, note]);
  }
  if (noted.length === 0) return [];
  ledger.forgotten.compact();
  return noted.map(([record, note]) => {
    const certificate = certificateOf(record, note, deps);
    const { key: _, ...kept } = certificate;
    ledger.forgotten.end(record, JSON.stringify(kept));
    return certificate;
  });
}

function certificateOf(record: RecordName, { found, feishu, begunAt }: Noted, deps: ForgetDeps): Certificate {
  const { ledger, folder, now, plans, others } = deps;
  const swept = leftIn(folder, record.key);
  return {
    ...record,
    begunAt,
    endedAt: iso(now()),
    app: ledger.owner(),
    ledger: ledger.file,
    erased: found,
    feishu: feishu ?? { deleted: [], notDeleted: [] },
    plans,
    looked: swept.looked,
    left: [...new Set([...others(record), ...swept.left])].sort(),
    unreached: UNREACHED,
  };
}

function inFeishu(deletion: Deletion): InFeishu {
  switch (deletion.kind) {
    case 'none':
      return { deleted: [], notDeleted: [] };
    case 'deleted':
      return { deleted: [deletion.id], notDeleted: [] };
    case 'not-deleted':
      return { deleted: [], notDeleted: [{ ids: deletion.ids, code: deletion.code }] };
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
