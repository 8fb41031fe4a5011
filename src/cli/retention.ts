import { dirname, join } from 'node:path';
import { HireSyncError } from '../errors.ts';
import { retain } from '../keeping/retention.ts';
import { shelvesOf } from '../keeping/shelves.ts';
import { SPOOLS } from '../keeping/spools.ts';
import { copiesBeside } from '../ledger/copies.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { w } from '../report/sentences.ts';
import type { Pruned } from '../result/retention.ts';
import { belongsTo, planFolders } from './forgetting.ts';
import { say } from './output.ts';
import { runsFolder, STORED } from './run-folder.ts';
import type { Settings } from './settings.ts';

/** Erases what is beyond the limits of the settings; under a lease, unless it is a dry run. */
export function pruned(
  ledger: Ledger,
  { retention = {} }: Pick<Settings, 'retention'>,
  { dryRun, now = Date.now() }: { readonly dryRun: boolean; readonly now?: number },
): Pruned {
  const { file } = ledger;
  const { ledger: name } = ledger.restoration.position();
  const shelves = shelvesOf({
    ledger,
    runs: runsFolder(file),
    belongs: belongsTo(ledger),
    runData: STORED,
    copies: () => copiesBeside(file, name),
    planFolders: planFolders(file),
    spools: join(dirname(file), SPOOLS),
  });
  return retain(retention, shelves, { now, dryRun });
}

/** The same after a run that finished. What cannot be erased now is tried again after the next; the run is what it was. */
export function pruneAfter(ledger: Ledger, flags: Pick<Settings, 'retention'>): void {
  if (flags.retention === undefined) return;
  try {
    pruned(ledger, flags, { dryRun: false });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = HireSyncError.is(error) ? error.message : code;
    say(
      w(
        `按保留期限抹除时出错（${why}）；下次运行再试，也可用 \`hire-sync prune\`。`,
        `What is beyond its \`retention\` could not be erased (${why}); the next run tries again, or \`hire-sync prune\`.`,
      ),
    );
  }
}
