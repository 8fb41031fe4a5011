import { HireSyncError } from '../../errors.ts';
import { pruneText } from '../../report/prune.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { fileOnly, toggle, type Values } from '../flag.ts';
import { localZone } from '../local-time.ts';
import { openExisting } from '../open-ledger.ts';
import { lines, print } from '../output.ts';
import { newRunId } from '../prepare.ts';
import { languageIn } from '../reports.ts';
import { pruned } from '../retention.ts';
import { settings } from '../settings.ts';

const FLAGS = {
  ...settings('ledger', 'lang'),
  ...fileOnly(settings('retention')),
  dryRun: toggle('name what would go, and erase nothing'),
  json: toggle('one JSON object on stdout'),
};

export const commands = [
  command({
    name: 'prune',
    summary:
      'erase what is older than `retention` in hire-sync.config.json allows; every sync does it at its end',
    arguments: [],
    flags: FLAGS,
    prints: ['prune'],
    run: prune,
  }),
];

/** Sends nothing. Exit 0. */
async function prune(flags: Values<typeof FLAGS>): Promise<number> {
  const { dryRun, retention } = flags;
  if (retention === undefined)
    throw new HireSyncError(
      'CONFIG_INVALID',
      'Nothing says how long anything is kept, so nothing is erased: set `retention` in hire-sync.config.json, such as {"retention": {"rejects": {"days": 30}}}. docs/operations.md lists what there is.',
    );
  const ledger = openExisting(flags.ledger, dryRun ? 'read' : 'write', ': nothing is kept');
  const owner = newRunId();
  try {
    if (!dryRun) ledger.leases.acquire(owner);
    const found = pruned(ledger, flags, { dryRun });
    if (!dryRun) ledger.leases.release(owner);
    const text = () => lines(pruneText(found, languageIn(flags.lang), localZone()));
    await print(flags.json ? [`${JSON.stringify(found)}\n`] : text());
    return EXIT.done;
  } finally {
    ledger.close();
  }
}
