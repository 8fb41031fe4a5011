import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { foldersIn } from './folders.ts';
import type { Found, Place, RecordName } from './place.ts';
import { placesOf } from './rejects.ts';
import { removeParts, replaceFileBy } from './replace-file.ts';

/** What is kept of runs: how a record is counted in it, and taken out of a copy. */
export interface RunData {
  /** The name of the file in the folder of a run. */
  readonly name: string;
  /** Entries about a record; null where no report can be made of the file any more. */
  count(file: string, record: InRun): number | null;
  erase(file: string, record: InRun): void;
}

/** A record, and where rows of it stood that have no key of their own. */
export interface InRun extends RecordName {
  readonly places: ReadonlySet<string>;
}

/** The data of the runs, from which their reports are made. To be erased before the reject files, which say what is whose. */
export function runDataPlace(runs: string, belongs: (folder: string) => boolean, data: RunData): Place {
  const filesWith = (record: RecordName): readonly (Found & { readonly about: InRun })[] =>
    foldersIn(runs)
      .filter(belongs)
      .flatMap((folder) => {
        const file = join(folder, data.name);
        if (!existsSync(file)) return [];
        const about = { ...record, places: placesOf(folder, record) };
        const rows = data.count(file, about);
        return rows === 0 ? [] : [{ file, rows, about }];
      });
  return {
    name: 'runData',
    look: async (record) => filesWith(record).map(({ file, rows }): Found => ({ file, rows })),
    async erase(record) {
      for (const folder of foldersIn(runs).filter(belongs)) {
        removeParts(join(folder, data.name));
        // What a run that was killed has left.
        rmSync(join(folder, `${data.name}.part`), { force: true });
      }
      for (const { file, rows, about } of filesWith(record)) {
        if (rows === null) rmSync(file);
        else
          replaceFileBy(file, (part) => {
            copyFileSync(file, part);
            data.erase(part, about);
          });
      }
    },
  };
}
