import { statSync } from 'node:fs';
import { HireSyncError } from '../../errors.ts';
import { copiesBeside } from '../../ledger/copies.ts';
import { w } from '../../report/sentences.ts';
import { statusText } from '../../report/status.ts';
import { lateness, type Status } from '../../result/standing.ts';
import { command } from '../command.ts';
import { AS_JSON, type Values } from '../flag.ts';
import { localZone } from '../local-time.ts';
import { openExisting } from '../open-ledger.ts';
import { lines, print, printJson } from '../output.ts';
import { languageIn } from '../reports.ts';
import { settings } from '../settings.ts';
import { standingOf } from '../standing.ts';

const FLAGS = {
  ...settings('ledger', 'maxAge', 'maxOpen', 'lang'),
  ...AS_JSON,
};

export const commands = [
  command({
    name: 'status',
    summary: w(
      '各套同步规则的状态；太久没有运行或有行太久未处理时退出码为 10',
      'how every pipeline stands; exit 10 when a run is too long ago, or a row open for too long',
    ),
    arguments: [
      [
        '[pipeline...]',
        w('同步规则的名称；不写则为所有运行过的', 'names of pipelines; without any, all that have run'),
      ],
    ],
    flags: FLAGS,
    prints: ['status'],
    run: status,
  }),
];

/** Reads the ledger only, also while a sync runs. */
async function status(flags: Values<typeof FLAGS>, names: readonly string[]): Promise<number> {
  const { ledger: file, maxAge: maxAgeMs, maxOpen: maxOpenMs } = flags;
  const ledger = openExisting(file, 'read', w('，还没有运行过', ': nothing has run yet'));
  try {
    const known = ledger.openRows.pipelines();
    const strange = names.filter((name) => !known.includes(name));
    if (strange.length > 0) {
      const message = w(
        `同步台账 ${file} 中没有 ${strange.join('、')} 的运行。已有：${known.join('、') || '还没有'}。`,
        `${file} knows no run of ${strange.join(', ')}. It knows: ${known.join(', ') || 'none yet'}.`,
      );
      throw new HireSyncError('CONFIG_INVALID', message);
    }
    const at = new Date().toISOString();
    const pipelines = (names.length > 0 ? names : known).map((name) => standingOf(ledger, name));
    const copies = copiesBeside(file, ledger.restoration.position().ledger);
    const allowed = { at, maxAgeMs, maxOpenMs };
    const found: Status = {
      ...allowed,
      ...lateness(allowed, pipelines),
      app: ledger.owner(),
      ledger: { file, bytes: statSync(file).size, running: ledger.leases.owner() ?? null },
      backups: copies.map((copy) => ({ ...copy, at: new Date(copy.at).toISOString() })),
      pipelines,
    };
    const text = () => lines(statusText(found, languageIn(flags.lang), localZone()));
    await (flags.json ? printJson<'status'>(found) : print(text()));
    return found.exitCode;
  } finally {
    ledger.close();
  }
}
