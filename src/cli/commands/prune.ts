import { HireSyncError } from '../../errors.ts';
import { pruneText } from '../../report/prune.ts';
import { w } from '../../report/sentences.ts';
import { EXIT } from '../../result/exit.ts';
import { command } from '../command.ts';
import { AS_JSON, fileOnly, toggle, type Values } from '../flag.ts';
import { localZone } from '../local-time.ts';
import { openExisting } from '../open-ledger.ts';
import { lines, print, printJson } from '../output.ts';
import { newRunId } from '../prepare.ts';
import { languageIn } from '../reports.ts';
import { pruned } from '../retention.ts';
import { settings } from '../settings.ts';

const FLAGS = {
  ...settings('ledger', 'lang'),
  ...fileOnly(settings('retention')),
  dryRun: toggle(w('只列出将抹除的，不抹除', 'name what would go, and erase nothing')),
  ...AS_JSON,
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
      w(
        '没有设置保留期限，不抹除任何内容：请在 hire-sync.config.json 中设置 `retention`，如 {"retention": {"rejects": {"days": 30}}}。全部项目见 docs/operations.md。',
        'Nothing says how long anything is kept, so nothing is erased: set `retention` in hire-sync.config.json, such as {"retention": {"rejects": {"days": 30}}}. docs/operations.md lists what there is.',
      ),
    );
  const ledger = openExisting(
    flags.ledger,
    dryRun ? 'read' : 'write',
    w('，没有可以抹除的', ': nothing is kept'),
  );
  const owner = newRunId();
  try {
    if (!dryRun) ledger.leases.acquire(owner);
    const found = pruned(ledger, flags, { dryRun });
    if (!dryRun) ledger.leases.release(owner);
    const text = () => lines(pruneText(found, languageIn(flags.lang), localZone()));
    await (flags.json ? printJson<'prune'>(found) : print(text()));
    return EXIT.done;
  } finally {
    ledger.close();
  }
}
