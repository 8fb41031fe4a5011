import { existsSync, rmSync } from 'node:fs';
import { filesIn } from './folders.ts';
import type { Place } from './place.ts';

/** The folder, beside the ledger, with what interrupted runs have read from another tenant. */
export const SPOOLS = 'read';

/** What an interrupted run has read goes as a whole: it is read again. */
export function spoolPlace(folder: string): Place {
  const filesOf = ({ pipeline }: { readonly pipeline: string }) =>
    filesIn(folder).filter(
      (file) => file.endsWith(`/${pipeline}.pages`) || file.endsWith(`\\${pipeline}.pages`),
    );
  return {
    name: 'spools',
    look: async (record) => filesOf(record).map((file) => ({ file, rows: null })),
    async erase(record) {
      for (const file of filesOf(record)) if (existsSync(file)) rmSync(file);
    },
  };
}
