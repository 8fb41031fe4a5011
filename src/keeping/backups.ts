import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { eraseFromCopy, lookInCopy } from '../ledger/erase-copy.ts';
import { isSqlite } from '../ledger/is-sqlite.ts';
import { isSameTenant, type Tenant } from '../ledger/tenant.ts';
import type { Tombstone } from '../ledger/tombstones.ts';
import { filesIn } from './folders.ts';
import type { Found, Place, RecordName } from './place.ts';
import { PART, removeParts, replaceFileBy } from './replace-file.ts';

/** The copies of a ledger that lie beside it, and what there is besides. */
export interface BackupPlace extends Place {
  /** Databases beside the ledger that could not be read, or written anew: they may hold the record. */
  others(record: RecordName): readonly string[];
}

/**
 * Copies of a ledger, made by whatever version: beside it and in `backups/` there. Ledgers of other apps are left alone.
 * @param ledgerFile absolute
 */
export function backupPlace(
  ledgerFile: string,
  folder: string,
  about: {
    readonly ledger: string;
    readonly owner: Tenant | null;
    readonly stones: () => readonly Tombstone[];
  },
): BackupPlace {
  const files = () =>
    [folder, join(folder, 'backups')]
      .flatMap(filesIn)
      .filter((file) => file !== ledgerFile && !file.endsWith(PART) && isSqlite(file));
  const isOurs = ({ ledger, owner }: { ledger: string | null; owner: Tenant | null }): boolean =>
    ledger === about.ledger || owner === null || about.owner === null || isSameTenant(owner, about.owner);
  const copiesWith = (
    record: RecordName,
  ): { readonly found: readonly Found[]; readonly unreadable: readonly string[] } => {
    const found: Found[] = [];
    const unreadable: string[] = [];
    for (const file of files()) {
      try {
        const look = lookInCopy(file, record);
        if (look !== null && isOurs(look) && look.rows > 0) found.push({ file, rows: look.rows });
      } catch {
        unreadable.push(file);
      }
    }
    return { found, unreadable };
  };
  return {
    name: 'backups',
    look: async (record) => copiesWith(record).found,
    async erase(record) {
      for (const file of files()) removeParts(file);
      for (const { file } of copiesWith(record).found)
        replaceFileBy(file, (part) => {
          copyFileSync(file, part);
          eraseFromCopy(part, record, about.stones());
        });
    },
    others: (record) => copiesWith(record).unreadable,
  };
}

/** Whether a ledger of another app lies in the folder: then runs that the ledger does not know may be those of that one. */
export function isShared(ledgerFile: string, folder: string, owner: Tenant | null): boolean {
  return filesIn(folder).some((file) => {
    try {
      if (file === ledgerFile || !isSqlite(file)) return false;
      const other = lookInCopy(file, { pipeline: '', key: '' })?.owner ?? null;
      return other !== null && (owner === null || !isSameTenant(other, owner));
    } catch {
      return false;
    }
  });
}
