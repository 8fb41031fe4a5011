import { existsSync } from 'node:fs';
import { HireSyncError } from '../errors.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { w } from '../report/sentences.ts';
import { say } from './output.ts';

/** Opens the ledger, or makes one where there is none, which is said: a typing error in `--ledger` must not pass for a first run. */
export function openForWriting(file: string): Ledger {
  return openLedger({
    file,
    mode: 'write',
    now: Date.now,
    onNew: () => say(w(`新的同步台账：${file}`, `New ledger: ${file}`)),
  });
}

export function noSuchRun({ file }: Pick<Ledger, 'file'>, run: string): HireSyncError {
  return new HireSyncError(
    'CONFIG_INVALID',
    w(
      `同步台账 ${file} 中没有运行 ${run}。\`hire-sync runs\` 列出已有的运行。`,
      `${file} has no run ${run}. \`hire-sync runs\` lists them.`,
    ),
  );
}

/** Opens the ledger and changes nothing. Without one it is as if it were empty, which is said. */
export function openForReading(file: string): Ledger {
  if (!existsSync(file))
    say(
      w(
        `还没有同步台账：${file}（什么都不知道；同步会新建它）`,
        `No ledger yet: ${file} (nothing is known; a sync makes it)`,
      ),
    );
  return openLedger({ file, mode: 'read', now: Date.now });
}

/**
 * Opens a ledger that must be there.
 * @param so what it means that there is none: `: nothing to undo`
 * @throws HireSyncError CONFIG_INVALID
 */
export function openExisting(file: string, mode: 'read' | 'write', so = w('', '')): Ledger {
  if (!existsSync(file))
    throw new HireSyncError(
      'CONFIG_INVALID',
      w(`没有同步台账 ${file}${so.zh}。`, `There is no ledger ${file}${so.en}.`),
    );
  return openLedger({ file, mode, now: Date.now });
}
